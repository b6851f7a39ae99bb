# Random R objects go to Python and back: what comes back is what the table of rules says.

set.seed(20261121)

pick <- function(...) sample(list(...), 1L)[[1L]]

random_text <- function(n) {
  alphabet <- c(letters, " ", "\n", "\u00e4", "\u4e2d", "\U1f600", "'", "\\", "\"")
  vapply(seq_len(n), function(i) paste(sample(alphabet, sample(0:8, 1L), TRUE), collapse = ""), "")
}

random_values <- function(n) {
  pick(
    function() sample(c(TRUE, FALSE), n, TRUE),
    function() sample(c(-.Machine$integer.max, -1:1, .Machine$integer.max), n, TRUE),
    function() sample(c(rnorm(5), Inf, -Inf, NaN, NA, 0, .Machine$double.xmin, 5e-324), n, TRUE),
    function() complex(real = rnorm(n), imaginary = rnorm(n)),
    function() c(random_text(n), NA)[sample(n + 1L, n, TRUE)]
  )()
}

random_vector <- function() {
  n <- sample(2:6, 1L)
  pick(
    function() random_values(1L),
    function() random_values(n),
    function() as.raw(sample(0:255, n, TRUE)),
    function() as.Date("2000-01-01") + sample(c(-1e4:1e4, NA), n, TRUE),
    function() as.POSIXct(runif(n, -1e9, 2e9) %/% 1, origin = "1970-01-01", tz = "Asia/Tokyo"),
    function() {
      dim <- sample(0:4, sample(1:4, 1L), TRUE)
      array(random_values(max(prod(dim), 1L)), dim)
    }
  )()
}

random_object <- function(depth = 3L) {
  if (depth == 0L || runif(1L) < 0.4) {
    return(random_vector())
  }
  items <- lapply(seq_len(sample(2:5, 1L)), function(i) random_object(depth - 1L))
  pick(
    function() items,
    function() stats::setNames(items, make.unique(paste0("n", random_text(length(items))))),
    function() list(NULL, items),
    function() list(a = new.env(), b = function(x) x, c = quote(x + y), d = items)
  )()
}

# What the rules make of an object on its way there and back.
expected <- function(x) {
  if (is.list(x)) {
    return(expected_list(x))
  }
  if (is.double(x) && !is.object(x)) x[is.na(x)] <- NaN # NA_real_ is a NaN in Python
  if (is.character(x) && is.null(dim(x)) && all(is.na(x))) {
    return(if (length(x) == 1L) NULL else vector("list", length(x))) # None
  }
  x
}

# A list without names whose items are scalars of one type is as good as a vector.
expected_list <- function(x) {
  back <- lapply(x, expected)
  if (!is.null(names(x)) || !length(x)) {
    return(back)
  }
  if (are_texts(back)) {
    return(vapply(back, function(item) if (is.null(item)) NA_character_ else item, ""))
  }
  if (all(vapply(back, is_scalar, NA)) && length(unique(lapply(x, kind_of))) == 1L) {
    return(do.call(c, back))
  }
  back
}

# Texts, or None among them.
are_texts <- function(items) {
  missing <- vapply(items, is.null, NA)
  !all(missing) && all(vapply(items[!missing], is_text, NA))
}

kind_of <- function(x) if (is.object(x)) class(x) else typeof(x)
is_scalar <- function(x) is_vector(x) && length(x) == 1L
is_text <- function(x) is.character(x) && is_scalar(x)
is_vector <- function(x) is.atomic(x) && !is.null(x) && !is.raw(x) && is.null(dim(x))

test_that("random objects come back", {
  same <- python("def same(x): return x")$same
  for (i in seq_len(3000L)) {
    x <- random_object()
    wanted <- expected(x)
    difference <- all.equal(same(x), wanted)
    if (!isTRUE(difference)) {
      fail(paste(c(sprintf("object %d:", i), difference, deparse(x)), collapse = "\n"))
      break
    }
  }
  expect_identical(i, 3000L)
})

test_that("random objects survive a garbage collection at each allocation", {
  same <- python("def same(x): return x")$same
  call <- python("def call(f, *args, **named): return f(*args, **named)")$call
  objects <- lapply(1:10, function(i) random_object(1L))
  wanted <- lapply(objects, expected)
  same(objects[[1L]])
  gctorture(TRUE)
  on.exit(gctorture(FALSE))
  for (i in seq_along(objects)) {
    got <- same(objects[[i]])
    called <- call(function(x, y) list(x, y), objects[[i]], y = "named")
    failed <- tryCatch(call(function() stop("in R")), error = conditionMessage)
    gctorture(FALSE)
    expect_equal(got, wanted[[i]])
    expect_identical(called[[2L]], "named")
    expect_identical(failed, "in R")
    gctorture(TRUE)
  }
})
