/** How fast a merge restore folds entries into documents, and in how much memory. */
package dev.tidemark.benchmarks.fold;
