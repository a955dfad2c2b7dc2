"""Opens a page in headless Chromium as its readers do: wide and narrow, in light and dark, and on paper.

    browser.py PAGE [--pictures FOLDER] [--figures]

Prints a line for everything that is wrong (what the console said, what was fetched, what is wider than the screen, drawings
without a name for a screen reader, texts that are cut off, too small or too pale, for each width and scheme), and at last
how many views it has looked at. With a folder, saves screenshots and a PDF there; with --figures, prints what it found as JSON
instead. Speaks the DevTools protocol over the pipe that `--remote-debugging-pipe` gives: no package is needed.
"""

import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

WIDTHS = [1280, 390, 360]
SCHEMES = ["light", "dark"]

# What is looked at within the page.
LOOK = r"""
(() => {
  const width = document.documentElement.clientWidth;
  const within = (element) => element.closest('.scroll, .drawing.wide, pre');
  const wide = [...document.querySelectorAll('body *')].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width > 0 && box.right > width + 1 && !(within(element) && within(element) !== element);
  });
  const names = (drawing) => (drawing.getAttribute('aria-labelledby') || '').split(' ').filter(Boolean)
    .map((id) => document.getElementById(id)?.textContent ?? '').join(' ').trim();
  const drawings = [...document.querySelectorAll('svg')];
  const sizes = [...document.querySelectorAll('svg text')].map((text) => {
    const svg = text.ownerSVGElement;
    const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    return parseFloat(getComputedStyle(text).fontSize) * scale;
  });
  const cut = [...document.querySelectorAll('svg text')].filter((text) => {
    const box = text.getBBox(), view = text.ownerSVGElement.viewBox.baseVal;
    return box.x < -2 || box.x + box.width > view.width + 2 || box.y < -2 || box.y + box.height > view.height + 2;
  });
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  const luminance = (colour) => {
    const parts = colour.match(/[\d.]+/g).slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const contrast = (one, other) => {
    const [a, b] = [luminance(one), luminance(other)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const page = getComputedStyle(document.body).backgroundColor;
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/rgba\(.*, 0\)/.test(colour)) return colour;
    }
    return page;
  };
  const texts = [...document.querySelectorAll('p, th, td, dt, dd, li, h1, h2, h3, summary, pre, a, caption')];
  const inks = [...document.querySelectorAll('svg defs > path, svg .area')];
  return {
    drawings: drawings.length,
    scrollWidth: document.documentElement.scrollWidth,
    clientWidth: width,
    tooWide: wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120)),
    nameless: drawings.filter((drawing) => drawing.getAttribute('role') !== 'img' || !names(drawing)).length,
    smallest: sizes.length ? Math.min(...sizes) : null,
    cut: cut.slice(0, 5).map((text) => text.textContent),
    doubled: ids.filter((id, index) => ids.indexOf(id) !== index).slice(0, 5),
    dangling: [...document.querySelectorAll('svg [href], svg [fill^=url]')].map((element) =>
      (element.getAttribute('href') ?? element.getAttribute('fill').slice(4, -1)).slice(1))
      .filter((id) => !document.getElementById(id)).slice(0, 5),
    textContrast: Math.min(...texts.map((text) => contrast(getComputedStyle(text).color, ground(text)))),
    inkContrast: inks.length ? Math.min(...inks.map((ink) => contrast(getComputedStyle(ink).fill, page))) : null,
    page,
  };
})()
"""


class Browser:
    """One headless Chromium, and the messages to and from it."""

    def __init__(self, program):
        self.profile = tempfile.mkdtemp(prefix="pipe-browser-")
        here, there = os.pipe()
        back, out = os.pipe()
        command = [program, "--headless=new", "--remote-debugging-pipe", "--disable-gpu", "--disable-dev-shm-usage",
                   "--no-first-run", "--disable-extensions", "--hide-scrollbars", f"--user-data-dir={self.profile}"]
        if os.geteuid() == 0:
            command.append("--no-sandbox")
        # The program expects the pipe at descriptors 3 and 4.
        shell = f'exec 3<&{here} 4>&{out}; exec "$@"'
        self.process = subprocess.Popen(
            ["bash", "-c", shell, "bash", *command, "about:blank"], pass_fds=(here, out), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        os.close(here)
        os.close(out)
        self.sending, self.receiving = there, back
        self.number, self.rest, self.events = 0, b"", []

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(timeout=10)
        except (OSError, EOFError, RuntimeError, subprocess.TimeoutExpired):
            pass
        # Its helpers are in its session; whoever is left goes with it.
        try:
            os.killpg(self.process.pid, 9)
        except ProcessLookupError:
            pass
        self.process.wait()
        shutil.rmtree(self.profile, ignore_errors=True)

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.receiving, 1 << 20)
            if not more:
                raise EOFError("chromium ended")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.sending, data):]
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self.events.append(answer)

    def wait_for(self, method):
        while True:
            for event in self.events:
                if event.get("method") == method:
                    return event
            self.events.append(self.receive())


def look(browser, page, width, scheme, pictures):
    target = browser.call("Target.createTarget", url="about:blank")["targetId"]
    session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]

    def call(method, **parameters):
        return browser.call(method, session, **parameters)

    for domain in ("Page", "Runtime", "Log", "Network"):
        call(domain + ".enable")
    call("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1 if width > 600 else 2,
         mobile=width <= 600)
    call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.events.clear()
    call("Page.navigate", url=page.resolve().as_uri())
    browser.wait_for("Page.loadEventFired")
    found = call("Runtime.evaluate", expression=LOOK, returnByValue=True)
    if "exceptionDetails" in found:
        raise RuntimeError(json.dumps(found["exceptionDetails"]))
    found = found["result"]["value"]
    found["width"], found["scheme"] = width, scheme
    found["console"] = [
        json.dumps(event["params"]) for event in browser.events
        if event.get("method") in ("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")]
    found["requests"] = [
        event["params"]["request"]["url"] for event in browser.events
        if event.get("method") == "Network.requestWillBeSent"]
    found["requests"] = [address for address in found["requests"] if address != page.resolve().as_uri()]
    if pictures:
        size = call("Page.getLayoutMetrics")["cssContentSize"]
        # A picture of a whole page can be higher than a picture may be.
        for part, top in enumerate(range(0, min(int(size["height"]), 24000), 2400)):
            shot = call("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip={
                "x": 0, "y": top, "width": width, "height": min(2400, size["height"] - top), "scale": 1})
            (pictures / f"{width}-{scheme}-{part}.png").write_bytes(base64.b64decode(shot["data"]))
    if width == WIDTHS[0] and scheme == "dark":
        # Paper is white, whatever the screen is.
        printed = call("Page.printToPDF", printBackground=True)
        found["pdfBytes"] = len(base64.b64decode(printed["data"]))
        if pictures:
            (pictures / "print.pdf").write_bytes(base64.b64decode(printed["data"]))
    browser.call("Target.closeTarget", targetId=target)
    return found


def problems(view):
    """What is wrong in a view, in words."""
    found = []

    def check(is_right, words):
        if not is_right:
            found.append(f"{view['width']} px, {view['scheme']}: {words}")

    check(not view["console"], f"the console says {view['console'][:3]}")
    check(not view["requests"], f"fetches {[address[:80] for address in view['requests'][:3]]}")
    check(view["scrollWidth"] <= view["clientWidth"], f"is {view['scrollWidth']} px wide")
    check(not view["tooWide"], f"wider than the screen: {view['tooWide']}")
    check(view["drawings"] > 0, "has no drawing")
    check(view["nameless"] == 0, f"{view['nameless']} drawings without a name")
    check(view["smallest"] is None or view["smallest"] >= 10.9, f"text of {view['smallest']} px")
    check(not view["cut"], f"text beyond its drawing: {view['cut']}")
    check(not view["doubled"], f"identifiers that are there twice: {view['doubled']}")
    check(not view["dangling"], f"references to nothing: {view['dangling']}")
    # The bounds of WCAG 2.1 (1.4.3, 1.4.11).
    check(view["textContrast"] >= 4.5, f"text with a contrast of {view['textContrast']:.2f}")
    check(view["inkContrast"] is None or view["inkContrast"] >= 3, f"ink with a contrast of {view['inkContrast']}")
    is_dark = view["page"] == "rgb(20, 23, 27)"
    check(is_dark == (view["scheme"] == "dark"), f"the page is {view['page']}")
    if "pdfBytes" in view:
        check(20_000 < view["pdfBytes"] < 5_000_000, f"a print of {view['pdfBytes']} bytes")
    return found


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page", type=pathlib.Path)
    parser.add_argument("--pictures", type=pathlib.Path)
    parser.add_argument("--figures", action="store_true")
    arguments = parser.parse_args()
    if not arguments.page.is_file():
        sys.exit(f"{arguments.page}: is no file")
    program = shutil.which("chromium")
    if not program:
        sys.exit("chromium is not installed")
    if arguments.pictures:
        arguments.pictures.mkdir(parents=True, exist_ok=True)
    browser = Browser(program)
    try:
        views = [look(browser, arguments.page, width, scheme, arguments.pictures) for width in WIDTHS for scheme in SCHEMES]
    finally:
        browser.close()
    if arguments.figures:
        print(json.dumps({"views": views}, indent=1))
        return
    for view in views:
        for problem in problems(view):
            print(problem)
    print(f"{len(views)} views")


if __name__ == "__main__":
    main()
