/* Interrupts, and waking R's main thread.
 *
 * Ctrl-C reaches R as a flag (R_interrupts_pending). While R's main thread is in Python, it has to
 * reach Python too, also where Python waits in a system call. So the handler wakes a watcher thread,
 * which sends R's main thread a second signal (BRIDGE_NUDGE) until Python has looked: Python's own
 * handler of that one interrupts system calls, and runs a Python function that raises
 * KeyboardInterrupt. The nudge also brings R functions that other threads call to the main thread. */
#ifndef BRIDGE_SIGNALS_H
#define BRIDGE_SIGNALS_H

#include "compat.h"
#include <R_ext/eventloop.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Ignored by default, and used by nobody for what matters. */
#define BRIDGE_NUDGE SIGURG

extern int R_interrupts_pending;
extern Rboolean R_interrupts_suspended;
extern void (*ptr_R_ProcessEvents)(void);

static volatile sig_atomic_t bridge_in_python = 0; /* whether R's main thread runs Python code */
static volatile int bridge_requests = 0;           /* how many calls of R functions wait for it */
static pthread_t bridge_main_thread;
static int bridge_watch_pipe[2] = {-1, -1};
static int bridge_event_pipe[2] = {-1, -1};
static void (*bridge_serve)(void) = NULL; /* does what waits; it takes the lock itself */
static void (*bridge_ask_python)(void) = NULL; /* lets Python run its signal handlers */
static void (*bridge_next_process_events)(void) = NULL;
static int bridge_polling = 0;                 /* whether R is looking for an interrupt */
static void (*bridge_next_polled)(void) = NULL;

static void bridge_nudge_main(void) {
  pthread_kill(bridge_main_thread, BRIDGE_NUDGE);
}

static void *bridge_watch(void *unused) {
  const struct timespec pause = {0, 20000000};
  char byte;
  for (;;) {
    ssize_t got = read(bridge_watch_pipe[0], &byte, 1);
    if (got == 0 || (got < 0 && errno != EINTR))
      return unused;
    while (bridge_in_python && R_interrupts_pending) {
      bridge_nudge_main();
      nanosleep(&pause, NULL);
    }
  }
}

static void bridge_on_interrupt(int signal_number) {
  int before = errno;
  (void)signal_number;
  R_interrupts_pending = 1;
  if (bridge_in_python && write(bridge_watch_pipe[1], "i", 1) < 0)
    errno = 0; /* the pipe is full: the watcher is awake */
  errno = before;
}

static int bridge_make_pipe(int ends[2]) {
  if (pipe(ends) != 0)
    return -1;
  for (int i = 0; i < 2; i++)
    fcntl(ends[i], F_SETFD, FD_CLOEXEC);
  fcntl(ends[1], F_SETFL, O_NONBLOCK);
  return 0;
}

static int bridge_start_watcher(void) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t all, before;
  int failed;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before); /* signals are for the other threads */
  pthread_attr_init(&attributes);
  pthread_attr_setstacksize(&attributes, 1 << 17);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  failed = pthread_create(&thread, &attributes, bridge_watch, NULL);
  pthread_attr_destroy(&attributes);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return failed;
}

/* Takes SIGINT over from R, whose handler does the same but for Python. Where SIGINT is ignored, as
 * in background jobs, it stays so. Returns 0, or an error number. */
static int bridge_watch_interrupts(void) {
  struct sigaction now, before;
  int failed;
  if (bridge_watch_pipe[0] >= 0)
    return 0;
  sigaction(SIGINT, NULL, &before);
  if (before.sa_handler == SIG_IGN)
    return 0;
  if (bridge_make_pipe(bridge_watch_pipe) != 0)
    return errno;
  failed = bridge_start_watcher();
  if (failed)
    return failed;
  memset(&now, 0, sizeof now);
  now.sa_handler = bridge_on_interrupt;
  now.sa_flags = SA_RESTART;
  sigemptyset(&now.sa_mask);
  sigaction(SIGINT, &now, NULL);
  return 0;
}

/* R's event loop has seen that something waits. */
static void bridge_on_event(void *unused) {
  char bytes[64];
  (void)unused;
  if (read(bridge_event_pipe[0], bytes, sizeof bytes) >= 0 && bridge_requests)
    bridge_serve();
}

/* R runs this each time that it looks for an interrupt. Where Python is the host, the signal has
 * gone to Python, which is asked. */
static void bridge_on_poll(void) {
  if (bridge_requests)
    bridge_serve();
  bridge_polling++;
  if (bridge_ask_python != NULL)
    bridge_ask_python();
  if (bridge_next_polled != NULL)
    bridge_next_polled();
  bridge_polling--;
}

/* rpy2 has a Python function called here, too. */
static void bridge_on_process_events(void) {
  bridge_polling++;
  bridge_next_process_events();
  bridge_polling--;
}

/* Where Python is the host: has it look for signals when R looks for interrupts. */
static void bridge_poll_python(void (*ask)(void)) {
  bridge_ask_python = ask;
  if (bridge_next_process_events == NULL && ptr_R_ProcessEvents != NULL) {
    bridge_next_process_events = ptr_R_ProcessEvents;
    ptr_R_ProcessEvents = bridge_on_process_events;
  }
}

/* Has R's event loop, and its long computations, call `serve` when another thread wants it. */
static int bridge_serve_in_r(void (*serve)(void)) {
  bridge_main_thread = pthread_self();
  if (bridge_serve != NULL)
    return 0;
  if (bridge_make_pipe(bridge_event_pipe) != 0)
    return errno;
  bridge_serve = serve;
  addInputHandler(R_InputHandlers, bridge_event_pipe[0], bridge_on_event, 32);
  bridge_next_polled = R_PolledEvents;
  R_PolledEvents = bridge_on_poll;
  return 0;
}

/* Brings R's main thread to look at what waits, wherever it is. */
static void bridge_call_main(int hosted_by_r) {
  if (write(bridge_event_pipe[1], "r", 1) < 0)
    errno = 0; /* the pipe is full: R's event loop has yet to look */
  if (bridge_in_python || !hosted_by_r)
    bridge_nudge_main();
}

/* A fork of R's (parallel's) must not come while another thread holds Python's lock: it would never
 * be free in the child. Python's own forks see to it themselves. */
static volatile int bridge_python_forks = 0;
static void (*bridge_before_fork)(void) = NULL;
static void (*bridge_after_fork)(int) = NULL;

static int bridge_r_forks = 0;

static void bridge_prepare_fork(void) {
  /* Python's hooks, which run now, set bridge_python_forks in either case. */
  bridge_r_forks = !bridge_python_forks;
  if (bridge_r_forks)
    bridge_before_fork();
}
static void bridge_fork_parent(void) {
  if (bridge_r_forks)
    bridge_after_fork(0);
}
static void bridge_fork_child(void) {
  int ends[2];
  bridge_main_thread = pthread_self();
  /* The parent's event loop is not to be woken, nor its wake-ups taken. */
  if (bridge_event_pipe[0] >= 0 && bridge_make_pipe(ends) == 0) {
    for (int i = 0; i < 2; i++) {
      dup2(ends[i], bridge_event_pipe[i]);
      close(ends[i]);
    }
    fcntl(bridge_event_pipe[1], F_SETFL, O_NONBLOCK);
  }
  if (bridge_r_forks)
    bridge_after_fork(1);
}

static int bridge_watch_forks(void (*before)(void), void (*after)(int)) {
  if (bridge_before_fork != NULL)
    return 0;
  bridge_before_fork = before;
  bridge_after_fork = after;
  return pthread_atfork(bridge_prepare_fork, bridge_fork_parent, bridge_fork_child);
}

#endif
