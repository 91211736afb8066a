// A bad link between two network namespaces, in user space: reads IP packets from a TUN device in each and passes
// them on late, slowly, or not at all. Both kernels' TCP meet it as they would meet the real thing.
//
//   link NAMESPACE DEVICE NAMESPACE DEVICE SEED
//
// Each line on stdin changes it and is answered by `ok`:
//
//   set kbits=N rtt=MS loss=SHARE      up=0 takes it down and loses what is under way
#include "channel.h"
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

static Channel channels[2];
static int devices[2];
static LinkState state = {.bits_per_second = 5000000, .delay_ns = 20 * NS_PER_MS, .up = true};

/** Opens the TUN device of another namespace; the file stays good after coming back. */
static int open_device(const char *space, const char *name) {
  char path[256];
  struct ifreq request = {.ifr_flags = IFF_TUN | IFF_NO_PI};
  snprintf(path, sizeof path, "/run/netns/%s", space);
  int home = open("/proc/self/ns/net", O_RDONLY), there = open(path, O_RDONLY);
  if (home < 0 || there < 0 || setns(there, CLONE_NEWNET) < 0) die("namespace %s: %s", space, strerror(errno));
  int device = open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", name);
  if (device < 0 || ioctl(device, TUNSETIFF, &request) < 0) die("device %s: %s", name, strerror(errno));
  if (setns(home, CLONE_NEWNET) < 0) die("way back: %s", strerror(errno));
  close(home);
  close(there);
  return device;
}

static double argument(const char *line, const char *name, double otherwise) {
  size_t length = strlen(name);
  for (const char *at = strchr(line, ' '); at != NULL; at = strchr(at + 1, ' ')) {
    if (strncmp(at + 1, name, length) == 0 && at[1 + length] == '=') return strtod(at + 2 + length, NULL);
  }
  return otherwise;
}

static void change(const char *line) {
  state.bits_per_second = (uint64_t)(argument(line, "kbits", (double)state.bits_per_second / 1000) * 1000);
  state.delay_ns = (uint64_t)(argument(line, "rtt", (double)state.delay_ns * 2 / (double)NS_PER_MS) * NS_PER_MS / 2);
  state.loss = argument(line, "loss", state.loss);
  state.up = argument(line, "up", state.up) != 0;
  if (state.bits_per_second == 0) die("a link without a rate passes nothing: use up=0");
  if (!state.up) {
    channel_clear(&channels[0]);
    channel_clear(&channels[1]);
  }
  puts("ok");
  fflush(stdout);
}

/** Takes in all that a device has. */
static void take_in(int from) {
  uint8_t packet[PACKET_BYTES_MAX];
  for (;;) {
    ssize_t length = read(devices[from], packet, sizeof packet);
    if (length <= 0) return;
    channel_put(&channels[from], &state, now_ns(), packet, (size_t)length);
  }
}

static void pass_on(int from, uint64_t now) {
  const Packet *packet;
  while ((packet = channel_take(&channels[from], &state, now)) != NULL) {
    // A device that is down or full loses the packet, as radios do.
    (void)!write(devices[1 - from], packet->bytes, packet->length);
  }
}

static struct timespec time_until(uint64_t due) {
  uint64_t now = now_ns();
  uint64_t wait = due <= now ? 0 : due - now < NS_PER_SECOND ? due - now : NS_PER_SECOND;
  return (struct timespec){.tv_sec = (time_t)(wait / NS_PER_SECOND), .tv_nsec = (long)(wait % NS_PER_SECOND)};
}

int main(int count, char **arguments) {
  if (count != 6) die("link NAMESPACE DEVICE NAMESPACE DEVICE SEED");
  prctl(PR_SET_TIMERSLACK, 1000ul);
  setvbuf(stdin, NULL, _IONBF, 0);
  uint64_t seed = strtoull(arguments[5], NULL, 10);
  for (int i = 0; i < 2; i++) {
    devices[i] = open_device(arguments[1 + 2 * i], arguments[2 + 2 * i]);
    channel_start(&channels[i], seed + (uint64_t)i);
  }
  puts("ready");
  fflush(stdout);
  for (;;) {
    struct pollfd ready[3] = {{STDIN_FILENO, POLLIN, 0}, {devices[0], POLLIN, 0}, {devices[1], POLLIN, 0}};
    uint64_t first = channel_due(&channels[0]), second = channel_due(&channels[1]);
    struct timespec wait = time_until(first < second ? first : second);
    if (ppoll(ready, 3, &wait, NULL) < 0 && errno != EINTR) die("poll: %s", strerror(errno));
    if (ready[0].revents != 0) {
      char line[256];
      if (fgets(line, sizeof line, stdin) == NULL) return 0;
      change(line);
    }
    for (int i = 0; i < 2; i++) {
      if (ready[1 + i].revents != 0) take_in(i);
      pass_on(i, now_ns());
    }
  }
}
