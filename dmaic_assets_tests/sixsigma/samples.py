"""Small public data sets that several tests share."""

# Cushny and Peebles 1905: hours of sleep gained by ten patients under two drugs (Student 1908).
SLEEP_FIRST = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
SLEEP_SECOND = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]

# NIST/SEMATECH e-Handbook 7.4.3: three levels, five repeats.
LEVELS = {
    "1": [6.9, 5.4, 5.8, 4.6, 4.0],
    "2": [8.3, 6.8, 7.8, 9.2, 6.5],
    "3": [8.0, 10.5, 8.1, 6.9, 9.3],
}

# Shapiro and Wilk 1965: weights of eleven men.
WEIGHTS = [148, 154, 158, 160, 161, 162, 166, 170, 182, 195, 236]
