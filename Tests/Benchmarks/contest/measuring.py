"""Takes samples: the time of a command from outside, and the memory of its processes while it runs."""

import json
import os
import time

from . import contenders


def redirected(output):
    """Standard input and output of a child: nothing in, and a file out."""
    null = (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0)
    return [null, (os.POSIX_SPAWN_OPEN, 1, output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)]


def start(arguments, output, environment):
    return os.posix_spawnp(arguments[0], arguments, environment, file_actions=redirected(output))


def require(status, arguments):
    if status != 0:
        raise SystemExit(f"ended with status {os.waitstatus_to_exitcode(status)}: {' '.join(arguments)}")


class Bench:
    """Runs contenders and puts their answers into a folder."""

    def __init__(self, setting, folder):
        self.setting = setting
        self.folder = folder
        self.environment = contenders.environment(setting.workers)

    def answer(self, name, work):
        return os.path.join(self.folder, f"{work.name}-{name}.csv".replace(" ", "-").replace(",", ""))

    def prepared(self, name, work, path):
        """The command and where its standard output goes; an old answer is away before the clock runs."""
        answer = self.answer(name, work)
        for old in (answer, answer + ".out"):
            if os.path.exists(old):
                os.unlink(old)
        standard_output = answer + ".out" if contenders.writes_to_output(name) else answer
        return contenders.command(name, work, path, answer, self.setting), standard_output

    def time(self, name, work, path):
        """One timed run: seconds of wall and of all cores."""
        arguments, output = self.prepared(name, work, path)
        begin = time.perf_counter()
        _, status, usage = os.wait4(start(arguments, output, self.environment), 0)
        seconds = time.perf_counter() - begin
        require(status, arguments)
        if contenders.is_inside(name):
            with open(output) as file:
                return json.load(file)
        return {"seconds": seconds, "cpu_seconds": usage.ru_utime + usage.ru_stime}

    def memory(self, name, work, path):
        """One run that is looked at: the first process's peak of resident bytes, the tree's of proportional ones."""
        arguments, output = self.prepared(name, work, path)
        first = start(arguments, output, self.environment)
        resident = proportional = 0
        while True:
            done, status = os.waitpid(first, os.WNOHANG)
            if done:
                require(status, arguments)
                return {"peak_resident_bytes": resident, "peak_proportional_bytes": proportional}
            resident = max(resident, kibibytes(f"/proc/{first}/status", "VmHWM:") * 1024)
            sizes = [kibibytes(f"/proc/{pid}/smaps_rollup", "Pss:") for pid in [first, *children(first)]]
            proportional = max(proportional, sum(sizes) * 1024)
            time.sleep(0.005)


def kibibytes(path, name):
    """A number from one of the kernel's files; 0 where the process is gone."""
    try:
        with open(path) as file:
            for line in file:
                if line.startswith(name):
                    return int(line.split()[1])
    except (OSError, ValueError):
        pass
    return 0


def children(pid):
    """The processes that were started by this one, by any of its threads, and by those."""
    found = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children") as file:
                found += [int(child) for child in file.read().split()]
    except OSError:
        pass
    return found + [grandchild for child in found for grandchild in children(child)]
