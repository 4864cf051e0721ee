/**
 * Undo: entries are left out of a restore, as if they had never happened.
 *
 * <p>{@link dev.tidemark.restorer.undo.SkipRules} are what a request asks for, {@link
 * dev.tidemark.restorer.undo.SkipScan} finds what that means in an oplog, or refuses, {@link
 * dev.tidemark.restorer.undo.LeftOut} is the answer, and {@link
 * dev.tidemark.restorer.undo.UndoReport} tells what came of it.
 */
package dev.tidemark.restorer.undo;
