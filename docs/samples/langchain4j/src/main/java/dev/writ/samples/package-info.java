/** A LangChain4j agent whose tools are behind Writ. */
@NullMarked
package dev.writ.samples;

import org.jspecify.annotations.NullMarked;
