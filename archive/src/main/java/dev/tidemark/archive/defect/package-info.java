/** What can be wrong with an archive, named in one way by verification, planning and listing. */
package dev.tidemark.archive.defect;
