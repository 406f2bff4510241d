"""The data sets that exercises train and score on, split into a public and a hidden share."""
