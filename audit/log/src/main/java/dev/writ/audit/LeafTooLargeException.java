package dev.writ.audit;

/** An entry does not fit in a leaf. Its writer must move what is large into an {@link Input}. */
public final class LeafTooLargeException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    LeafTooLargeException(String kind, int bytes) {
        super("an entry of kind " + kind + " takes " + bytes + " bytes, and a leaf holds at most " + Leaf.MAX_BYTES
                + ": move what is large into an input");
    }
}
