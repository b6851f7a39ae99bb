test_that("help shows the docstring", {
  expect_output(py_help(import("math")$gcd), "Greatest Common Divisor")
  expect_output(py_help(tf$nn$softmax), "softmax")
  expect_error(py_help(1), "must be a Python object", class = "invalid_argument")
})

test_that("completion lists public attributes, with their kinds for RStudio", {
  found <- utils::.DollarNames(tf$nn, "^soft")
  expect_true("softmax" %in% found)
  expect_identical(attr(found, "helpHandler"), "tensorflow:::help_handler")
  expect_identical(attr(found, "types")[[match("softmax", found)]], 6L)
  expect_false(any(startsWith(utils::.DollarNames(import("sys"), ""), "_")))
  expect_identical(utils::.DollarNames(r_to_py(list(ab = 1, c = 2)), "^a"), "ab")
})

test_that("RStudio's help handlers answer", {
  expect_null(help_handler("url", "softmax", "tf$nn"))
  shown <- help_handler("completion", "softmax", "tensorflow::tf$nn")
  expect_identical(shown$title, "softmax")
  expect_match(shown$signature, "softmax(logits", fixed = TRUE)
  described <- help_handler("parameter", "logits", "tensorflow::tf$nn$softmax")
  expect_true("logits" %in% described$args)
  expect_match(described$arg_descriptions[[match("logits", described$args)]], ".")
  expect_true("logits" %in% help_formals_handler("softmax", "tensorflow::tf$nn")$formals)
  expect_null(help_handler("completion", "nothing", "tensorflow::tf$nn"))
  expect_null(help_handler("completion", "x", "no_such_object$here"))
  expect_null(help_formals_handler("x", "no_such_object$here"))
})

test_that("signatures are known", {
  f <- py_eval("lambda x, y=2, *rest, flag=None, **more: 0")
  expect_identical(py_callable_args(f), c("x", "y", "*rest", "flag", "**more"))
  expect_identical(signature_text("f", f), "f(x, y = 2, *rest, flag = None, **more)")
  expect_identical(signature_text("version", import("sys")$version), "version")
  expect_identical(py_callable_args(py_func(function(a, b = 2) a)), c("a", "b"))
  expect_error(py_callable_args(1), "can be called", class = "invalid_argument")
})

test_that("a docstring is a help page in R's terms", {
  documented <- python("
def f(x, axis=None):
    'Sums, as tf.nn.f does.\\n\\nArgs:\\n  x: a tensor.\\n  axis: None for all.\\n\\n'
    return x
f.__doc__ += 'Returns:\\n  True.\\n\\nExample:\\n  >>> y = tf.nn.f(x, [1, 2])\\n  3\\n'
")$f
  shown <- capture.output(lines <- tf_help(documented))
  expect_identical(shown, lines)
  expect_identical(lines[[1L]], "Sums, as tf$nn$f does.")
  page <- paste(lines, collapse = "\n")
  expect_match(page, "Usage:\n\n     documented(x, axis = NULL)", fixed = TRUE)
  expect_match(page, "Arguments:\n\n     x: a tensor.\n     axis: NULL for all.", fixed = TRUE)
  expect_match(page, "Value:\n\n     TRUE.", fixed = TRUE)
  expect_match(page, "     y <- tf$nn$f(x, c(1, 2))\n     #> 3", fixed = TRUE)
  expect_error(tf_help(1), class = "invalid_argument")
})

test_that("the console completes the arguments of Python functions", {
  complete <- function(line) {
    utils:::.assignLinebuffer(line)
    utils:::.assignEnd(nchar(line))
    utils:::.guessTokenFromLine()
    utils:::.completeToken()
    utils:::.retrieveCompletions()
  }
  expect_true(all(c("logits=", "axis=", "name=") %in% complete("tf$nn$softmax(")))
  expect_identical(complete("tf$nn$softmax(tf$zeros(shape(1)), ax")[[1L]], "axis=")
  expect_true("learning_rate=" %in% complete("tf$train$AdamOptimizer(lear"))
  expect_identical(complete_arguments("no_such", "", "tf$nn$no_such("), character())
  expect_identical(complete_arguments("x", "", "stop()$x("), character())
  expect_identical(complete_arguments(character(), "", "tf$zeros(shape = "), character())
  expect_identical(called_function("y <- f(tf$zeros(shape(1), "), "tf$zeros")
  expect_identical(called_function("tf$zeros(1)"), "")
})

test_that("what others complete is kept", {
  before <- utils::rc.options("custom.argument.completer")
  withr::defer(utils::rc.options(before))
  utils::rc.options(custom.argument.completer = function(fun, text) "mine=")
  offer_arguments()
  completer <- utils::rc.options("custom.argument.completer")[[1L]]
  expect_identical(completer("no_such_function", ""), "mine=")
  expect_true("axis=" %in% complete_arguments("softmax", "", "tf$nn$softmax("))
})

test_that("examples are R's as far as words go", {
  example <- paste(
    ">>> with tf.Graph().as_default(), tf.Session() as sess:",
    "...     x = tf.constant([2.0, 3.0])",
    "...     float(sess.run(f(lambda a, b: a + b, True)))", "5.0",
    sep = "\n"
  )
  expect_identical(strsplit(example_in_r(example), "\n")[[1L]], c(
    "with(tf$Graph()$as_default(), with(tf$Session() %as% sess, {",
    "    x <- tf$constant(c(2.0, 3.0))",
    "    as.numeric(sess$run(f(function(a, b) a + b, TRUE)))", "}))", "#> 5.0"
  ))
  usage <- capture.output(tf_help(tf$layers$dense))
  expect_false(any(grepl("object at 0x|= *$", usage)))
})
