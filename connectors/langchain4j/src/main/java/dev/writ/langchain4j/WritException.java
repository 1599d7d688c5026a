package dev.writ.langchain4j;

/**
 * What no model can mend: the list of tools cannot be had, or the provider is not set up right.
 *
 * <p>The message says what to do. It holds no key and no argument.
 */
public final class WritException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    WritException(String message) {
        super(message);
    }
}
