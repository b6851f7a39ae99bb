/* Looking a variable up along the frames, in R's API of each version. */
#ifndef BRIDGE_FIND_VAR_H
#define BRIDGE_FIND_VAR_H

#include "compat.h"

/* The value of a variable, promises forced, or R_UnboundValue. Looks in env and those around it. */
static inline SEXP bridge_find_var(SEXP symbol, SEXP env) {
#if R_VERSION >= R_Version(4, 5, 0)
  SEXP value = R_getVarEx(symbol, env, TRUE, NULL);
  return value == NULL ? R_UnboundValue : value;
#else
  SEXP value = Rf_findVar(symbol, env);
  if (TYPEOF(value) == PROMSXP) {
    PROTECT(value);
    value = Rf_eval(value, env);
    UNPROTECT(1);
  }
  return value;
#endif
}

#endif
