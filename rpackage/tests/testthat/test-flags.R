yaml_file <- function(...) {
  file <- tempfile(fileext = ".yml")
  writeLines(c(...), file)
  file
}

refused <- function(expression, ...) expect_error(expression, ..., class = "invalid_flag")

definitions <- function(...) {
  flags(
    flag_numeric("rate", 0.5, "The rate."), flag_integer("steps", 10), flag_boolean("fake", FALSE),
    flag_string("dir", "d"),
    ...
  )
}

test_that("flags have their defaults, the file's values, and the command line's", {
  nothing <- tempfile()
  expect_identical(
    definitions(file = nothing, arguments = character()),
    list(rate = 0.5, steps = 10L, fake = FALSE, dir = "d")
  )
  file <- yaml_file("rate: 1", "steps: 20")
  found <- definitions(file = file, arguments = c("--steps=30", "--fake", "x", "--dir", "here"))
  expect_identical(found, list(rate = 1, steps = 30L, fake = TRUE, dir = "here"))
  expect_false(definitions(file = nothing, arguments = "--nofake")$fake)
})

test_that("a file can have several configurations", {
  file <- yaml_file(
    "default:", "  steps: 1", "  rate: 2", "long:", "  steps: 100", "longer:", "  inherits: long",
    "  rate: 3"
  )
  args <- character()
  expect_identical(definitions(file = file, arguments = args)$steps, 1L)
  long <- definitions(file = file, arguments = args, config = "longer")
  expect_identical(long[c("rate", "steps")], list(rate = 3, steps = 100L))
  bad <- yaml_file("default:", "  steps: 1", "a:", "  inherits: b")
  refused(definitions(file = bad, arguments = args, config = "a"), "'b'")
  loop <- yaml_file("default:", "  steps: 1", "a:", "  inherits: a")
  refused(definitions(file = loop, arguments = args, config = "a"), "itself")
})

test_that("values of the wrong type, and flags that are not defined, are refused", {
  parse <- function(...) definitions(file = NULL, arguments = c(...))
  refused(parse("--steps=1.5"), "--steps=1.5: a whole number")
  refused(parse("--rate=x"), "a number")
  refused(parse("--fake=maybe"), "true or false")
  refused(parse("--step=1"), "command line.*Did you mean 'steps'")
  refused(parse("--steps"), "no value")
  refused(flag_integer("n", 1.5))
  expect_error(flag_integer("", 1), class = "invalid_argument", "name")
  expect_error(flags(1, arguments = ""), class = "invalid_argument", "definitions")
  refused(definitions(file = yaml_file("other: 1"), arguments = character()), "other")
  expect_null(flags(flag_string("x", NULL), arguments = character())$x)
})

test_that("--help shows the flags", {
  withr::local_envvar(TESTTHAT = "true")
  expect_output(definitions(arguments = "--help"), "--\\[no\\]fake.*--dir=STRING")
  expect_output(definitions(arguments = "--help"), "The rate. (default: 0.5)", fixed = TRUE)
})

test_that("a command line is read without definitions", {
  expect_identical(
    parse_arguments(c("--rate=0.5", "--n", "3", "file", "--on=true", "--name=x=y", "--", "--z=1")),
    list(rate = 0.5, n = 3L, on = TRUE, name = "x=y")
  )
})

test_that("the flags of tf$app$flags are parsed", {
  define <- tf$app$flags
  define$DEFINE_float("learning_rate", 0.01, "Initial learning rate.")
  define$DEFINE_integer("max_steps", 5000L, "Number of steps to run trainer.")
  define$DEFINE_integer("max_steps", 2000L, "Defined anew, as a script that is run again does.")
  define$DEFINE_string("train_dir", "MNIST-data", "Directory to put the training data.")
  define$DEFINE_boolean("fake_data", FALSE, "If true, uses fake data for unit testing.")
  FLAGS <- parse_flags(file = yaml_file("max_steps: 7"), arguments = "--fake_data")
  expect_identical(FLAGS$max_steps, 7L)
  expect_identical(FLAGS$learning_rate, 0.01)
  expect_true(FLAGS$fake_data)
  FLAGS <- parse_flags(file = NULL, arguments = c("--max_steps", "8", "--nofake_data"))
  expect_identical(FLAGS$max_steps, 8L)
  expect_false(FLAGS$fake_data)
  expect_error(parse_flags(arguments = "--max_steps=a"), class = "IllegalFlagValueError", "steps")
  expect_error(parse_flags(arguments = "--max_step=1"), class = "UnrecognizedFlagError", "steps")
  refused(parse_flags(file = yaml_file("other: 1")), "other")
  withr::local_envvar(TESTTHAT = "true")
  expect_output(parse_flags(arguments = "--help"), "--learning_rate=NUMBER")
})

test_that("tf$app$run() calls main with what is left", {
  seen <- NULL
  expect_null(tf$app$run(function(argv) {
    seen <<- argv
    NULL
  }, list("prog", "x")))
  expect_identical(seen, c("prog", "x"))
  tf$app$run(function() seen <<- "called", list("prog"))
  expect_identical(seen, "called")
})

test_that("truth can be written in several ways", {
  fake <- function(argument) definitions(file = NULL, arguments = argument)$fake
  for (yes in c("true", "T", "1")) expect_true(fake(paste0("--fake=", yes)))
  for (no in c("false", "F", "0")) expect_false(fake(paste0("--fake=", no)))
})
