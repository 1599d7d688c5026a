/** The tools behind a Writ gateway, as LangChain4j knows tools. Knows Writ's public REST API only. */
@NullMarked
package dev.writ.langchain4j;

import org.jspecify.annotations.NullMarked;
