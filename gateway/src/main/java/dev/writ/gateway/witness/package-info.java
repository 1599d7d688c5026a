/** Gets the log's checkpoints cosigned by witnesses outside of the installation, and heeds what they have seen. */
@NullMarked
package dev.writ.gateway.witness;

import org.jspecify.annotations.NullMarked;
