/* R's API in one spelling for all versions, and the guard that no jump of R's passes. */
#ifndef BRIDGE_COMPAT_H
#define BRIDGE_COMPAT_H

#define R_NO_REMAP
#include <R.h>
#include <Rinternals.h>
#include <Rversion.h>
#include <setjmp.h>

/* Whether somebody types at R's prompt. */
extern Rboolean R_Interactive;

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
