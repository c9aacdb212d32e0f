"""What is kept back from whoever looks: values of columns that tell of persons."""
