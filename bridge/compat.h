/* R's API in one spelling for all versions, and the guard that no jump of R's passes. */
#ifndef BRIDGE_COMPAT_H
#define BRIDGE_COMPAT_H

#define R_NO_REMAP
#include <R.h>
#include <Rinternals.h>
#include <Rversion.h>
#include <setjmp.h>
#include <stdint.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif

/* Whether somebody types at R's prompt. */
extern Rboolean R_Interactive;

/* Says that memory about to be written to is large: the system then gives it in pages of 2 MB, not
 * of 4 kB. Getting 60 MB page by page takes longer than computing what is written there. */
static inline void bridge_expect_large(void *data, size_t size) {
#if defined(__linux__) && defined(MADV_HUGEPAGE)
  const uintptr_t page = 4096;
  uintptr_t start = ((uintptr_t)data + page - 1) & ~(page - 1);
  uintptr_t stop = ((uintptr_t)data + size) & ~(page - 1);
  if (size >= ((size_t)1 << 22) && stop > start)
    madvise((void *)start, stop - start, MADV_HUGEPAGE); /* advice: it may be refused */
#else
  (void)data, (void)size;
#endif
}

/* A function object of its parts. */
static inline SEXP bridge_closure(SEXP formals, SEXP body, SEXP env) {
#if R_VERSION >= R_Version(4, 5, 0)
  return R_mkClosure(formals, body, env);
#else
  SEXP closure = PROTECT(Rf_allocSExp(CLOSXP));
  SET_FORMALS(closure, formals);
  SET_BODY(closure, body);
  SET_CLOENV(closure, env);
  UNPROTECT(1);
  return closure;
#endif
}

/* Whether an environment itself has a variable. */
static inline int bridge_has_var(SEXP env, SEXP symbol) {
#if R_VERSION >= R_Version(4, 2, 0)
  return R_existsVarInFrame(env, symbol);
#else
  return Rf_findVarInFrame(env, symbol) != R_UnboundValue;
#endif
}

static void bridge_land(void *data, Rboolean jump) {
  if (jump)
    longjmp(*(jmp_buf *)data, 1);
}

/* Calls fun(data), and comes back even if R jumps: then *jumped is 1, and the jump goes on when
 * R_ContinueUnwind(token) is called, once no frame of Python's is left that it would pass. */
static inline SEXP bridge_guard(SEXP (*fun)(void *), void *data, SEXP token, int *jumped) {
  jmp_buf buffer;
  *jumped = 0;
  if (setjmp(buffer)) {
    *jumped = 1;
    return R_NilValue;
  }
  return R_UnwindProtect(fun, data, bridge_land, &buffer, token);
}

#endif
