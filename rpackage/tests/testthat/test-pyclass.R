test_that("classes have methods and attributes", {
  Greeter <- PyClass("Greeter", list( # nolint: object_name_linter.
    greeting = "Hi",
    `__init__` = function(self, name = "nobody") self$name <- name,
    greet = function(self, mark = "!") paste0(self$greeting, " ", self$name, mark)
  ))
  mimi <- Greeter("Mimi")
  expect_identical(mimi$greet(), "Hi Mimi!")
  expect_identical(mimi$greet(mark = "?"), "Hi Mimi?")
  expect_identical(Greeter()$greet(), "Hi nobody!")
  expect_identical(py_callable_args(Greeter), "name")
  expect_s3_class(mimi, "__main__.Greeter")
  mimi$greeting <- "Ho"
  expect_identical(mimi$greet(), "Ho Mimi!")
  expect_identical(Greeter$greeting, "Hi")
})

test_that("classes inherit, and super() reaches the class above", {
  Base <- py_run_string("
class Base:
    def __init__(self, x): self.x = x
    def describe(self): return f'x is {self.x}'
", local = TRUE)$Base
  Child <- PyClass("Child", inherit = Base, list( # nolint: object_name_linter.
    `__init__` = function(self, x, y) {
      super()$`__init__`(x)
      self$y <- y
    },
    describe = function(self) paste(super()$describe(), "and y is", self$y)
  ))
  Grandchild <- PyClass("Grandchild", inherit = list(Child), list( # nolint: object_name_linter.
    describe = function(self) toupper(super()$describe())
  ))
  expect_identical(Child(1L, 2L)$describe(), "x is 1 and y is 2")
  expect_identical(Grandchild(1L, 2L)$describe(), "X IS 1 AND Y IS 2")
  expect_true(import_builtins()$isinstance(Grandchild(1L, 2L), Base))
})

test_that("special methods are called by Python", {
  Box <- PyClass("Box", list( # nolint: object_name_linter.
    `__init__` = function(self, items) self$items <- items,
    `__len__` = function(self) length(self$items),
    `__getitem__` = function(self, key) self$items[[key + 1L]],
    `__call__` = function(self, x) x * 2,
    `__enter__` = function(self) "entered",
    `__exit__` = function(self, type, value, traceback) NULL
  ))
  box <- Box(list("a", 2))
  expect_length(box, 2L)
  expect_identical(py_get_item(box, 1L), 2)
  expect_identical(box(21), 42)
  with(box %as% it, expect_identical(it, "entered"))
})

test_that("bad definitions are refused", {
  expect_error(PyClass("Bad", list(function(self) 1)), "have a name", class = "invalid_argument")
  expect_error(PyClass("Bad", inherit = 1), "a Python class", class = "invalid_argument")
  failing <- PyClass("Failing", list(fail = function(self) stop("in R")))()
  expect_error(failing$fail(), "in R")
})
