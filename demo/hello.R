# Hello world, and a line fitted by gradient descent: the first lines of the R guide.
#
#     Rscript demo/hello.R

library(tensorflow)

sess <- tf$Session()

hello <- tf$constant("Hello, TensorFlow!")
cat(sess$run(hello), "\n")

a <- tf$constant(10L)
b <- tf$constant(32L)
print(sess$run(a + b))

# 100 points on y = 0.1 x + 0.3
x_data <- runif(100, min = 0, max = 1)
y_data <- x_data * 0.1 + 0.3

W <- tf$Variable(tf$random_uniform(shape(1L), -1.0, 1.0))
b <- tf$Variable(tf$zeros(shape(1L)))
y <- W * x_data + b

loss <- tf$reduce_mean((y - y_data)^2)
optimizer <- tf$train$GradientDescentOptimizer(0.5)
train <- optimizer$minimize(loss)

invisible(sess$run(tf$global_variables_initializer()))
for (step in 1:201) {
  sess$run(train)
  if (step %% 20 == 0) {
    cat(step, "-", sess$run(W), sess$run(b), "\n")
  }
}
