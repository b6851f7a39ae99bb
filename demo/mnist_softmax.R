# The first half of the MNIST tutorial: a softmax regression, trained on 1000 batches of 100 images.
#
#     Rscript demo/mnist_softmax.R
#
# Prints the accuracy on the 10,000 test images, and draws the loss and the weights it has learnt
# into mnist_softmax.png.

library(tensorflow)
started <- proc.time()[["elapsed"]]

datasets <- tf$contrib$learn$datasets
mnist <- datasets$mnist$read_data_sets("MNIST-data", one_hot = TRUE)
cat(sprintf(
  "MNIST: %d training and %d test images\n", mnist$train$num_examples, mnist$test$num_examples
))

sess <- tf$InteractiveSession()

x <- tf$placeholder(tf$float32, shape(NULL, 784L))
y_ <- tf$placeholder(tf$float32, shape(NULL, 10L))

W <- tf$Variable(tf$zeros(shape(784L, 10L)))
b <- tf$Variable(tf$zeros(shape(10L)))

invisible(sess$run(tf$global_variables_initializer()))

y <- tf$nn$softmax(tf$matmul(x, W) + b)
cross_entropy <- tf$reduce_mean(-tf$reduce_sum(y_ * tf$log(y), reduction_indices = 1L))

optimizer <- tf$train$GradientDescentOptimizer(0.5)
train_step <- optimizer$minimize(cross_entropy)

steps <- 1000
loss <- numeric(steps)
shown <- isatty(stderr()) || interactive()
bar <- if (shown) txtProgressBar(max = steps, style = 3, file = stderr())
for (i in seq_len(steps)) {
  batches <- mnist$train$next_batch(100L)
  batch_xs <- batches[[1]]
  batch_ys <- batches[[2]]
  loss[[i]] <- sess$run(
    list(train_step, cross_entropy),
    feed_dict = dict(x = batch_xs, y_ = batch_ys)
  )[[2]]
  if (!is.null(bar)) setTxtProgressBar(bar, i)
}
if (!is.null(bar)) close(bar)

correct_prediction <- tf$equal(tf$argmax(y, 1L), tf$argmax(y_, 1L))
accuracy <- tf$reduce_mean(tf$cast(correct_prediction, tf$float32))
reached <- accuracy$eval(feed_dict = dict(x = mnist$test$images, y_ = mnist$test$labels))
cat(sprintf("test accuracy %.4f\n", reached))

# ---------------------------------------------------------------- pictures

weights <- sess$run(W)
limit <- max(abs(weights))
diverging <- grDevices::hcl.colors(101, "Blue-Red 3")

png("mnist_softmax.png", width = 1500, height = 800, res = 130)
layout(rbind(c(1, 1, 1, 1, 1, 12), matrix(c(2:6, 12, 7:11, 12), 2, byrow = TRUE)),
  heights = c(1.25, 1, 1), widths = c(rep(1, 5), 0.55)
)

par(mar = c(4, 4.2, 2.6, 1), las = 1)
plot(loss,
  type = "l", col = "grey70", log = "y", xlab = "training step (batches of 100)",
  ylab = "cross-entropy",
  main = sprintf("Softmax regression on MNIST: test accuracy %.1f %%", 100 * reached)
)
# In the logarithm of the step, so that it follows the fall in the first few as well.
smooth <- stats::smooth.spline(log(seq_len(steps)), log(loss), df = 12)
lines(exp(smooth$x), exp(smooth$y), col = "#B2182B", lwd = 2)
legend("topright", c("one batch", "smoothed"),
  col = c("grey70", "#B2182B"), lwd = c(1, 2), bty = "n"
)

par(mar = c(0.6, 0.6, 1.8, 0.6))
for (digit in 0:9) {
  # A row of pixels is an image read line by line, from the top.
  picture <- matrix(weights[, digit + 1], 28, 28)
  image(picture[, 28:1],
    col = diverging, zlim = c(-limit, limit), axes = FALSE, asp = 1,
    main = sprintf("weights for %d", digit)
  )
}

par(mar = c(2, 1, 3, 3.6))
scale <- seq(-limit, limit, length.out = 101)
image(1, scale, matrix(scale, 1), col = diverging, axes = FALSE, xlab = "", ylab = "")
axis(4)
mtext("weight", side = 3, line = 0.8, cex = 0.75)
invisible(dev.off())
cat("drawn: mnist_softmax.png\n")

cat(sprintf("%.1f seconds\n", proc.time()[["elapsed"]] - started))
sess$close()
if (reached < 0.91) {
  stop(sprintf("the test accuracy is %.4f; 0.91 was expected", reached))
}
