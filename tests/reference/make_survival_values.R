# Compute the values in survival_values.json with R's survival (3.5 or later): run by hand,
#   Rscript tests/reference/make_survival_values.R > tests/reference/survival_values.json
# The data are made by whole-number arithmetic, so that they are the same everywhere.
library(survival)

make_data <- function(n, seed, steps) {
  state <- seed
  rows <- matrix(0, n, 3)
  draw <- function() { state <<- (state * 48271) %% 2147483647; state %% 1000 }
  for (i in 1:n) {
    score <- draw() %/% (1000 %/% steps)
    time <- 1 + (draw() * (2 * steps - score)) %/% (100 * steps)
    rows[i, ] <- c(time, as.numeric(draw() < 650), score)
  }
  data.frame(time = rows[, 1], event = rows[, 2], score = rows[, 3])
}

number <- function(x) paste0("[", paste(ifelse(is.finite(x), format(x, digits = 15), "null"),
                                        collapse = ", "), "]")

describe <- function(name, n, seed, steps) {
  d <- make_data(n, seed, steps)
  d$patient <- (seq_len(n) - 1) %/% 2
  tau <- 9
  c1 <- concordance(Surv(time, event) ~ score, d, reverse = TRUE)
  cc <- concordance(Surv(time, event) ~ score, d, reverse = TRUE, cluster = patient)
  uno <- concordance(Surv(time, event) ~ score, d, reverse = TRUE, timewt = "n/G2", ymax = tau)
  km <- survfit(Surv(time, event) ~ 1, d)
  at <- summary(km, times = 6)
  mean <- survival:::survmean(km, rmean = 8)[[1]]
  groups <- pmin(d$score %/% (steps / 3), 2)
  rank <- survdiff(Surv(time, event) ~ groups, d)
  values <- list(
    first = c(d$time[1], d$event[1], d$score[1], d$time[n], d$event[n], d$score[n]),
    harrell = c(c1$concordance, sqrt(c1$var), sqrt(cc$var)),
    uno = c(uno$concordance, sqrt(uno$var)),
    survival_at_6 = c(at$surv, at$lower, at$upper),
    median = unname(mean[c("median", "0.95LCL", "0.95UCL")]),
    mean_until_8 = unname(mean[c("rmean", "se(rmean)")]),
    log_rank = c(rank$chisq, length(rank$n) - 1),
    efron = summary(coxph(Surv(time, event) ~ score, d))$coefficients[c(1, 3)],
    breslow = summary(coxph(Surv(time, event) ~ score, d, ties = "breslow"))$coefficients[c(1, 3)]
  )
  lines <- paste0("    \"", names(values), "\": ", vapply(values, number, ""))
  paste0("  \"", name, "\": {\n    \"n\": ", n, ", \"seed\": ", seed, ", \"steps\": ", steps,
         ",\n", paste(lines, collapse = ",\n"), "\n  }")
}

cat("{\n  \"made_with\": \"R survival ", as.character(packageVersion("survival")), "\",\n", sep = "")
cat(describe("ties", 120, 11, 8), ",\n", describe("many", 400, 5, 500), ",\n",
    describe("few", 24, 3, 4), "\n}\n", sep = "")
