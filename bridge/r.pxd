"""R's C API, as far as the bridge uses it.

Every function that can allocate or evaluate may jump (R's longjmp), and is then only called inside
the guard of gate.pxi. Objects are `new` (unprotected: keep them before the next allocation) or
`borrowed` (kept alive by what they were taken from).
"""

cdef extern from "compat.h" nogil:
    ctypedef struct SEXPREC:
        pass
    ctypedef SEXPREC* SEXP
    ctypedef unsigned int SEXPTYPE
    ctypedef ptrdiff_t R_xlen_t
    ctypedef int Rboolean
    ctypedef struct Rcomplex:
        double r
        double i

    enum:
        NILSXP
        SYMSXP
        LISTSXP
        CLOSXP
        ENVSXP
        LANGSXP
        SPECIALSXP
        PROMSXP
        BUILTINSXP
        CHARSXP
        LGLSXP
        INTSXP
        REALSXP
        CPLXSXP
        STRSXP
        VECSXP
        EXTPTRSXP
        RAWSXP
        S4SXP
        CE_NATIVE
        CE_UTF8
        NA_INTEGER
        NA_LOGICAL

    # borrowed, constant
    SEXP R_NilValue
    SEXP R_NaString
    SEXP R_GlobalEnv
    SEXP R_BaseEnv
    SEXP R_ClassSymbol
    SEXP R_DimSymbol
    SEXP R_NamesSymbol
    SEXP R_LevelsSymbol
    SEXP R_DotsSymbol
    SEXP R_MissingArg
    SEXP R_UnboundValue
    double R_NaReal
    Rboolean R_Interactive

    # never jump; results borrowed
    int TYPEOF(SEXP)
    int IS_S4_OBJECT(SEXP)
    int OBJECT(SEXP)
    int ALTREP(SEXP)
    R_xlen_t XLENGTH(SEXP)
    SEXP ATTRIB(SEXP)
    SEXP CAR(SEXP)
    SEXP CDR(SEXP)
    SEXP TAG(SEXP)
    SEXP PRINTNAME(SEXP)
    SEXP FORMALS(SEXP)
    SEXP SETCAR(SEXP, SEXP)
    SEXP SETCDR(SEXP, SEXP)
    void SET_TAG(SEXP, SEXP)
    SEXP VECTOR_ELT(SEXP, R_xlen_t)
    SEXP SET_VECTOR_ELT(SEXP, R_xlen_t, SEXP)
    void SET_STRING_ELT(SEXP, R_xlen_t, SEXP)
    const char* R_CHAR(SEXP)
    void* R_ExternalPtrAddr(SEXP)
    SEXP R_ExternalPtrTag(SEXP)
    SEXP R_ExternalPtrProtected(SEXP)
    void R_SetExternalPtrAddr(SEXP, void*)
    SEXP PROTECT(SEXP)
    void UNPROTECT(int)
    void PROTECT_WITH_INDEX(SEXP, int*)
    void REPROTECT(SEXP, int)
    int Rf_inherits(SEXP, const char*)
    int Rf_getCharCE(SEXP)
    int Rf_asLogical(SEXP)
    int R_IsNA(double)

    # may jump; results borrowed
    SEXP STRING_ELT(SEXP, R_xlen_t)
    int INTEGER_ELT(SEXP, R_xlen_t)
    int LOGICAL_ELT(SEXP, R_xlen_t)
    double REAL_ELT(SEXP, R_xlen_t)
    int* INTEGER(SEXP)
    int* LOGICAL(SEXP)
    double* REAL(SEXP)
    Rcomplex* COMPLEX(SEXP)
    unsigned char* RAW(SEXP)
    SEXP Rf_getAttrib(SEXP, SEXP)
    const char* Rf_translateCharUTF8(SEXP)
    SEXP Rf_findVarInFrame(SEXP, SEXP)
    void R_CheckUserInterrupt()
    int bridge_has_var(SEXP env, SEXP symbol)
    void bridge_expect_large(void* data, size_t size)

    # may jump; results new
    SEXP Rf_allocVector(SEXPTYPE, R_xlen_t)
    SEXP Rf_cons(SEXP, SEXP)
    SEXP Rf_lcons(SEXP, SEXP)
    SEXP Rf_setAttrib(SEXP, SEXP, SEXP)
    SEXP Rf_install(const char*)
    SEXP Rf_installTrChar(SEXP)
    SEXP Rf_mkCharLenCE(const char*, int, int)
    SEXP Rf_ScalarReal(double)
    SEXP Rf_ScalarInteger(int)
    SEXP Rf_ScalarLogical(int)
    SEXP Rf_eval(SEXP, SEXP)
    SEXP R_MakeExternalPtr(void*, SEXP, SEXP)
    void R_RegisterCFinalizerEx(SEXP, void (*)(SEXP), Rboolean)
    SEXP R_MakeUnwindCont()
    void R_ContinueUnwind(SEXP)
    void R_PreserveObject(SEXP)
    void Rprintf(const char*, ...)
    void REprintf(const char*, ...)
    SEXP bridge_closure(SEXP formals, SEXP body, SEXP env)
    SEXP bridge_guard(SEXP (*fun)(void*), void* data, SEXP token, int* jumped)
