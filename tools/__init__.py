"""Programs for work on kedge that are not part of the product: generators, the demonstration, the benchmark."""
