/* Loads Python and the bridge's compiled module, and hands R's calls through to it.
 *
 * Nothing here depends on the version of Python: its functions are looked up by name in the library
 * that is loaded, and all that does more than start it is in the bridge's module. */

#include <dlfcn.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#define R_NO_REMAP
#include <R.h>
#include <R_ext/Rdynload.h>
#include <Rinternals.h>
#include <Rversion.h>

#if R_VERSION >= R_Version(4, 5, 0)
#define PARENT_OF(env) R_ParentEnv(env)
#else
#define PARENT_OF(env) ENCLOS(env)
#endif

#define ABI 2

/* The bridge's functions, in the order of its table. */
enum {
  FFI_ATTACH,
  FFI_GET_ATTR,
  FFI_SET_ATTR,
  FFI_CALL,
  FFI_TUPLE,
  FFI_DICT,
  FFI_IMPORT,
  FFI_R_TO_PY,
  FFI_PY_TO_R,
  FFI_SAME,
  FFI_FINISH,
  FFI_COUNT
};

struct api {
  int abi;
  int count;
  void *functions[16];
};

static const struct api *table = NULL; /* NULL until Python is started */

/* ---------------------------------------------------------------- starting */

static SEXP namespace_env(void) {
  static SEXP env = NULL;
  if (env == NULL) {
    SEXP name = PROTECT(Rf_mkString("tensorflow"));
    env = R_FindNamespace(name);
    R_PreserveObject(env);
    UNPROTECT(1);
  }
  return env;
}

/* Lets the package find and start Python; jumps with a condition that says why if it cannot. */
static void ensure_started(void) {
  if (table != NULL)
    return;
  SEXP call = PROTECT(Rf_lang1(Rf_install("start_python")));
  Rf_eval(call, namespace_env());
  UNPROTECT(1);
  if (table == NULL)
    Rf_error("Python was not started");
}

/* A function of Python's, in the library given or in the process. */
static void *find(void *library, const char *name) {
  void *found = dlsym(library == NULL ? RTLD_DEFAULT : library, name);
  if (found == NULL)
    Rf_error("this Python has no %s(): it is too old, or is no CPython", name);
  return found;
}

static SEXP ffi_python_runs(void) {
  int (*is_initialized)(void);
  *(void **)&is_initialized = dlsym(RTLD_DEFAULT, "Py_IsInitialized");
  return Rf_ScalarLogical(is_initialized != NULL && is_initialized());
}

static void initialize(void *library, const char *program) {
  void *(*config_create)(void);
  *(void **)&config_create = dlsym(library, "PyInitConfig_Create");
  if (config_create != NULL) { /* Python 3.14 and later */
    int (*set_str)(void *, const char *, const char *);
    int (*set_int)(void *, const char *, int64_t);
    int (*initialize_from)(void *);
    int (*get_error)(void *, const char **);
    void (*config_free)(void *);
    *(void **)&set_str = find(library, "PyInitConfig_SetStr");
    *(void **)&set_int = find(library, "PyInitConfig_SetInt");
    *(void **)&initialize_from = find(library, "Py_InitializeFromInitConfig");
    *(void **)&get_error = find(library, "PyInitConfig_GetError");
    *(void **)&config_free = find(library, "PyInitConfig_Free");
    void *config = config_create();
    set_str(config, "executable", program);
    set_int(config, "install_signal_handlers", 0);
    set_int(config, "parse_argv", 0);
    if (initialize_from(config) < 0) {
      const char *message = "unknown reason";
      get_error(config, &message);
      Rf_error("Python could not be started: %s", message);
    }
    config_free(config);
    return;
  }
  wchar_t *(*decode)(const char *, size_t *);
  void (*set_program)(const wchar_t *);
  void (*initialize_ex)(int);
  *(void **)&decode = find(library, "Py_DecodeLocale");
  *(void **)&set_program = find(library, "Py_SetProgramName");
  *(void **)&initialize_ex = find(library, "Py_InitializeEx");
  /* Python keeps the name, and finds its library and virtual environment by it. */
  set_program(decode(program, NULL));
  initialize_ex(0);
}

/* What Python's pending exception says, in R's memory. */
static const char *python_message(void *library) {
  void (*fetch)(void **, void **, void **);
  void *(*to_str)(void *);
  const char *(*utf8)(void *);
  *(void **)&fetch = find(library, "PyErr_Fetch");
  *(void **)&to_str = find(library, "PyObject_Str");
  *(void **)&utf8 = find(library, "PyUnicode_AsUTF8");
  void *type, *value, *trace;
  fetch(&type, &value, &trace);
  void *text = value == NULL ? NULL : to_str(value);
  const char *message = text == NULL ? NULL : utf8(text);
  if (message == NULL)
    return "unknown reason";
  char *copy = R_alloc(strlen(message) + 1, 1);
  return strcpy(copy, message);
}

/* Starts the Python in `library` as `program`, or joins one that runs, and loads the bridge.
 * Returns NULL when all is well, else what is wrong. */
static SEXP ffi_start(SEXP library, SEXP program) {
  if (table != NULL)
    return R_NilValue;
  void *handle = NULL;
  int joins = Rf_asLogical(ffi_python_runs());
  if (!joins) {
    const char *path = R_CHAR(STRING_ELT(library, 0));
    handle = dlopen(path, RTLD_NOW | RTLD_GLOBAL);
    if (handle == NULL)
      return Rf_mkString(dlerror());
    initialize(handle, R_CHAR(STRING_ELT(program, 0)));
  }
  int (*ensure)(void);
  void (*release)(int);
  void *(*import)(const char *);
  void *(*capsule)(const char *, int);
  void *(*save)(void);
  *(void **)&ensure = find(handle, "PyGILState_Ensure");
  *(void **)&release = find(handle, "PyGILState_Release");
  *(void **)&import = find(handle, "PyImport_ImportModule");
  *(void **)&capsule = find(handle, "PyCapsule_Import");
  *(void **)&save = find(handle, "PyEval_SaveThread");
  if (!joins)
    save(); /* the lock is free whenever control is in R */

  int state = ensure();
  const struct api *found = NULL;
  const char *problem = NULL;
  if (import("bridge._core") != NULL)
    found = capsule("bridge._core._api", 0);
  if (found == NULL)
    problem = python_message(handle);
  release(state);
  if (found == NULL)
    return Rf_mkString(problem);
  if (found->abi != ABI || found->count != FFI_COUNT)
    return Rf_mkString("its bridge is of another version than this R package");

  SEXP (*attach)(SEXP, SEXP, SEXP);
  *(void **)&attach = found->functions[FFI_ATTACH];
  SEXP routine = PROTECT(Rf_eval(Rf_install("ffi_call"), namespace_env()));
  SEXP hosted = PROTECT(Rf_ScalarLogical(!joins));
  SEXP attached = attach(namespace_env(), routine, hosted);
  UNPROTECT(2);
  if (attached == NULL)
    return Rf_mkString("its bridge could not join R; see the message above");
  table = found;
  return R_NilValue;
}

static SEXP ffi_started(void) {
  return Rf_ScalarLogical(table != NULL);
}

/* Takes Python's lock for good: versions of reticulate before 1.39 call Python without taking it. */
static SEXP ffi_hold_lock(void) {
  static int held = 0;
  if (table != NULL && !held) {
    int (*ensure)(void);
    *(void **)&ensure = find(NULL, "PyGILState_Ensure");
    ensure();
    held = 1;
  }
  return R_NilValue;
}

/* A module that is imported when it is first used: an external pointer to nothing yet. */
static SEXP ffi_delayed_module(SEXP name, SEXP convert) {
  const char *tag = Rf_asLogical(convert) ? "python.object" : "python.object.unconverted";
  return R_MakeExternalPtr(NULL, Rf_install(tag), name);
}

static SEXP ffi_is_null(SEXP x) {
  return Rf_ScalarLogical(TYPEOF(x) == EXTPTRSXP && R_ExternalPtrAddr(x) == NULL);
}

/* Whether what comes from a Python object becomes R values. */
static SEXP ffi_converts(SEXP x) {
  if (TYPEOF(x) == CLOSXP)
    x = Rf_getAttrib(x, Rf_install("py_object"));
  return Rf_ScalarLogical(TYPEOF(x) != EXTPTRSXP ||
                          R_ExternalPtrTag(x) != Rf_install("python.object.unconverted"));
}

/* ---------------------------------------------------------------- handing through */

#define THROUGH_1(name, index)                                                                     \
  static SEXP name(SEXP a) {                                                                       \
    SEXP (*function)(SEXP);                                                                        \
    ensure_started();                                                                              \
    *(void **)&function = table->functions[index];                                                 \
    return function(a);                                                                            \
  }
#define THROUGH_2(name, index)                                                                     \
  static SEXP name(SEXP a, SEXP b) {                                                               \
    SEXP (*function)(SEXP, SEXP);                                                                  \
    ensure_started();                                                                              \
    *(void **)&function = table->functions[index];                                                 \
    return function(a, b);                                                                         \
  }
#define THROUGH_3(name, index)                                                                     \
  static SEXP name(SEXP a, SEXP b, SEXP c) {                                                       \
    SEXP (*function)(SEXP, SEXP, SEXP);                                                            \
    ensure_started();                                                                              \
    *(void **)&function = table->functions[index];                                                 \
    return function(a, b, c);                                                                      \
  }

THROUGH_2(ffi_get_attr, FFI_GET_ATTR)
THROUGH_3(ffi_set_attr, FFI_SET_ATTR)
THROUGH_1(ffi_call, FFI_CALL)
THROUGH_1(ffi_tuple, FFI_TUPLE)
THROUGH_1(ffi_dict, FFI_DICT)
THROUGH_2(ffi_import, FFI_IMPORT)
THROUGH_2(ffi_r_to_py, FFI_R_TO_PY)
THROUGH_1(ffi_py_to_r, FFI_PY_TO_R)
THROUGH_2(ffi_same, FFI_SAME)

/* Whose code runs in a frame: OURS of this package's functions, BASE of base R's, USERS of any
 * other, and of what is evaluated in an environment of the user's. */
enum home { OURS, BASE, USERS };

static enum home home_of(SEXP frame) {
  for (SEXP env = frame; env != R_GlobalEnv && env != R_EmptyEnv; env = PARENT_OF(env)) {
    if (env == namespace_env())
      return OURS;
    if (env == R_BaseNamespace || env == R_BaseEnv)
      return BASE;
    if (R_IsNamespaceEnv(env) || R_IsPackageEnv(env))
      break;
  }
  return USERS;
}

/* Of this package's functions that lead to the frame of a number, with none of the user's between,
 * the outermost: the number of its frame, 0 if there is none. */
static SEXP ffi_user_frame(SEXP frames, SEXP number) {
  int last = Rf_asInteger(number), found = 0;
  for (int i = 1; i <= last && frames != R_NilValue; i++, frames = CDR(frames)) {
    enum home home = home_of(CAR(frames));
    if (home == USERS)
      found = 0;
    else if (home == OURS && found == 0)
      found = i;
  }
  return Rf_ScalarInteger(found);
}

/* The name of the generic that a method's frame belongs to; NULL if it is no method's. */
static SEXP ffi_generic_of(SEXP frame) {
  SEXP generic = Rf_findVarInFrame(frame, Rf_install(".Generic"));
  return generic == R_UnboundValue ? R_NilValue : generic;
}

/* At the end of the R session; there is nothing to end if Python was not started. */
static SEXP ffi_finish(void) {
  SEXP (*function)(void);
  if (table == NULL)
    return R_NilValue;
  *(void **)&function = table->functions[FFI_FINISH];
  return function();
}

static const R_CallMethodDef call_routines[] = {
    {"ffi_python_runs", (DL_FUNC)&ffi_python_runs, 0},
    {"ffi_start", (DL_FUNC)&ffi_start, 2},
    {"ffi_started", (DL_FUNC)&ffi_started, 0},
    {"ffi_hold_lock", (DL_FUNC)&ffi_hold_lock, 0},
    {"ffi_delayed_module", (DL_FUNC)&ffi_delayed_module, 2},
    {"ffi_is_null", (DL_FUNC)&ffi_is_null, 1},
    {"ffi_converts", (DL_FUNC)&ffi_converts, 1},
    {"ffi_get_attr", (DL_FUNC)&ffi_get_attr, 2},
    {"ffi_set_attr", (DL_FUNC)&ffi_set_attr, 3},
    {"ffi_import", (DL_FUNC)&ffi_import, 2},
    {"ffi_r_to_py", (DL_FUNC)&ffi_r_to_py, 2},
    {"ffi_py_to_r", (DL_FUNC)&ffi_py_to_r, 1},
    {"ffi_same", (DL_FUNC)&ffi_same, 2},
    {"ffi_user_frame", (DL_FUNC)&ffi_user_frame, 2},
    {"ffi_generic_of", (DL_FUNC)&ffi_generic_of, 1},
    {"ffi_finish", (DL_FUNC)&ffi_finish, 0},
    {NULL, NULL, 0},
};

static const R_ExternalMethodDef external_routines[] = {
    {"ffi_call", (DL_FUNC)&ffi_call, -1},
    {"ffi_tuple", (DL_FUNC)&ffi_tuple, -1},
    {"ffi_dict", (DL_FUNC)&ffi_dict, -1},
    {NULL, NULL, 0},
};

void R_init_tensorflow(DllInfo *dll) {
  R_registerRoutines(dll, NULL, call_routines, NULL, external_routines);
  R_useDynamicSymbols(dll, FALSE);
  R_forceSymbols(dll, TRUE);
}
