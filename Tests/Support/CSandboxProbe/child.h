// Children that report by shared memory, so that their last words are there whatever ended them.
#ifndef CSANDBOXPROBE_CHILD_H
#define CSANDBOXPROBE_CHILD_H

#include "CSandboxProbe.h"

// A page that parent and children share, of zeros. NULL and errno.
void *csandboxprobe_share(size_t size);
void csandboxprobe_unshare(void *memory, size_t size);

// In a new child: nothing of the test's terminal or core files, an end after some seconds.
void csandboxprobe_settle(void);

// Waits for a child that was in the midst of something, and says what became of that; `result` stays as it is if the
// child has come to its own end (CSANDBOXPROBE_DONE).
#define CSANDBOXPROBE_DONE 77
void csandboxprobe_await(pid_t child, struct csandboxprobe_result *result);

#endif
