/** When the worker asks for something by itself. */
package dev.tidemark.restorer.schedule;
