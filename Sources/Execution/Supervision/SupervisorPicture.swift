// What a supervised run looks like: told from what the workers share with the supervisor and from what the kernel says of
// them, so that it can be told of workers that answer nothing.

import Transport

extension Supervisor {
  /// What the run looks like now.
  var picture: RunPicture {
    var picture = RunPicture(of: job, since: start, progress: progress)
    picture.stages = group.workers.flatMap(\.picture)
    picture.replacements = outcome.replacements
    return picture
  }
}

extension WorkerProcess {
  /// The threads of its stage.
  fileprivate var picture: [RunPicture.Stage] {
    let facts = isGone ? nil : ProcessActivity.read(child.pid)
    // One that has not been told what to do has no place yet in which it could say what it does.
    let pages: [ActivityPage?] = activities.isEmpty ? [nil] : activities
    return pages.enumerated().map { index, page in
      let state: ActivityPage.State = findings != nil || isGone ? .finished : page?.state ?? .waitsForInput
      var stage = RunPicture.Stage(
        identity.stage, thread: pages.count > 1 ? index + 1 : nil, state, work: page?.work)
      stage.quietNanoseconds = watches.indices.contains(index) ? watches[index].quietFor : 0
      stage.doneBytes = page?.progress ?? 0
      stage.cpuNanoseconds = index == 0 ? facts?.cpuNanoseconds : nil
      stage.pid = child.pid
      stage.incarnation = incarnation
      stage.isStopped = facts?.isStopped ?? false
      return stage
    }
  }
}
