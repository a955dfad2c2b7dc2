// Packets that carry descriptors (SCM_RIGHTS): the control-message macros do not exist in Swift.
#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

// A control buffer must be aligned like its header, which the union sees to.
union control {
  char bytes[CMSG_SPACE(sizeof(int32_t) * CLINUX_MAX_DESCRIPTORS)];
  struct cmsghdr header;
};

ssize_t clinux_send_packet(
  int32_t socket, const uint8_t *header, size_t header_length, const uint8_t *payload, size_t payload_length,
  const int32_t *descriptors, size_t count) {
  if (count > CLINUX_MAX_DESCRIPTORS) {
    errno = E2BIG;
    return -1;
  }
  struct iovec parts[2] = {
    {.iov_base = (void *)header, .iov_len = header_length},
    {.iov_base = (void *)payload, .iov_len = payload_length},
  };
  union control control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {.msg_iov = parts, .msg_iovlen = payload_length > 0 ? 2 : 1};
  if (count > 0) {
    message.msg_control = control.bytes;
    message.msg_controllen = CMSG_SPACE(sizeof(int32_t) * count);
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof(int32_t) * count);
    memcpy(CMSG_DATA(rights), descriptors, sizeof(int32_t) * count);
  }
  return sendmsg(socket, &message, MSG_NOSIGNAL);
}

int clinux_receive_packet(
  int32_t socket, uint8_t *buffer, size_t capacity, int32_t descriptors[CLINUX_MAX_DESCRIPTORS],
  struct clinux_packet *packet) {
  struct iovec part = {.iov_base = buffer, .iov_len = capacity};
  union control control;
  memset(&control, 0, sizeof control);
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
  ssize_t length = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  if (length < 0) return -1;
  packet->length = length;
  packet->descriptors = 0;
  packet->truncated = (message.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
  for (struct cmsghdr *each = CMSG_FIRSTHDR(&message); each != NULL; each = CMSG_NXTHDR(&message, each)) {
    if (each->cmsg_level != SOL_SOCKET || each->cmsg_type != SCM_RIGHTS) continue;
    // The kernel puts all descriptors of a packet into one message that fits the buffer, so this cannot run over.
    size_t count = (each->cmsg_len - CMSG_LEN(0)) / sizeof(int32_t);
    if (count > CLINUX_MAX_DESCRIPTORS) count = CLINUX_MAX_DESCRIPTORS;
    memcpy(descriptors, CMSG_DATA(each), sizeof(int32_t) * count);
    packet->descriptors = (int32_t)count;
  }
  return 0;
}
