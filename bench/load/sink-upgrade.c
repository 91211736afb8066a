#include "sink-upgrade.h"
#include <sys/socket.h>

bool sink_upgrade(Sink *sink, const char *path, const char *subprotocol, uint64_t until) {
  char request[512];
  size_t length = websocket_request(request, sizeof request, sink->options, path, subprotocol), head = 0;
  if (send(sink->socket, request, length, MSG_NOSIGNAL) != (ssize_t)length) return false;
  while (now_ns() < until) {
    bytes_reserve(&sink->in, sizeof request);
    sink_wait(sink, until);
    ssize_t count = recv(sink->socket, sink->in.data + sink->in.length, sizeof request, 0);
    if (count <= 0) return false;
    sink->in.length += (size_t)count;
    Upgrade answer = websocket_answer(sink->in.data, sink->in.length, subprotocol, &head);
    if (answer == UPGRADE_REFUSED) return false;
    if (answer == UPGRADE_WAITING) continue;
    bytes_drop_front(&sink->in, head);
    return true;
  }
  return false;
}
