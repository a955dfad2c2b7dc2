// What the files of the sandbox share: the rules for system calls, from which the filter is made.
#ifndef CLINUX_SANDBOX_RULES_H
#define CLINUX_SANDBOX_RULES_H

#include "CLinuxSandbox.h"

#include <stddef.h>

// What must hold of an argument for a rule to apply. Only the lower half of the argument is looked at: everywhere that
// this is used, the kernel reads no more, or no bit beyond means anything.
enum clinux_sandbox_condition {
  CLINUX_SANDBOX_ALWAYS,
  // (argument & mask) == value
  CLINUX_SANDBOX_MASKED,
  // The argument is the process id of the process that installs the filter.
  CLINUX_SANDBOX_OWN_PID,
};

// The first rule that applies to a call decides. No rule: it is refused.
struct clinux_sandbox_rule {
  uint32_t number;
  enum clinux_sandbox_action action;
  enum clinux_sandbox_condition condition;
  uint32_t argument, mask, value;
};

extern const struct clinux_sandbox_rule clinux_sandbox_rules[];
extern const size_t clinux_sandbox_rule_count;

// On x86-64, numbers from here on belong to another convention for calls (x32), which would pass by a list of numbers;
// where it is switched off, nothing has a use for them either.
#if defined(__x86_64__)
#define CLINUX_SANDBOX_FOREIGN_NUMBERS 0x40000000u
#endif

#endif
