test_that("distributions take R's numbers and vectors", {
  tf$reset_default_graph()
  mean <- tf$Variable(c(0, 1), dtype = tf$float32)
  d <- tf$contrib$distributions$MultivariateNormalDiag(mean, c(1, 2))
  x <- rbind(c(0, 0), c(1, 3))
  normal <- tf$distributions$Normal(0, 2)
  count <- tf$contrib$distributions$NegativeBinomial(total_count = 3, probs = 0.4)
  with(tf$Session() %as% sess, {
    sess$run(tf$global_variables_initializer())
    wanted <- dnorm(x[, 1], 0, 1, log = TRUE) + dnorm(x[, 2], 1, 2, log = TRUE)
    expect_equal(c(sess$run(d$log_prob(x))), wanted, tolerance = 1e-6)
    expect_equal(sess$run(normal$prob(1)), dnorm(1, 0, 2), tolerance = 1e-6)
    expect_equal(sess$run(count$prob(2)), dnbinom(2, 3, 1 - 0.4), tolerance = 1e-6)
    expect_equal(dim(sess$run(normal$sample(c(4, 3)))), c(4, 3))
    expect_length(sess$run(normal$sample(5)), 5)
  })
})

test_that("SciPy's optimizers fit a model written in R", {
  tf$reset_default_graph()
  x <- c(1.2, 0.7, 2.9, 1.6)
  mean <- tf$Variable(0, dtype = tf$float64)
  log_sd <- tf$Variable(0, dtype = tf$float64)
  d <- tf$distributions$Normal(mean, tf$exp(log_sd))
  loss <- -tf$reduce_sum(d$log_prob(x))
  optimizer <- tf$contrib$opt$ScipyOptimizerInterface(
    loss,
    method = "L-BFGS-B", options = list(maxiter = 100)
  )
  with(tf$Session() %as% sess, {
    sess$run(tf$global_variables_initializer())
    optimizer$minimize(sess)
    found <- sess$run(list(mean, tf$exp(log_sd)))
  })
  expect_equal(found[[1]], base::mean(x), tolerance = 1e-4)
  expect_equal(found[[2]], sqrt(base::mean((x - base::mean(x))^2)), tolerance = 1e-4)
})
