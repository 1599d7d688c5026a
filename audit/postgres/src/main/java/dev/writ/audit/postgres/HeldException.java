package dev.writ.audit.postgres;

/** What was to be deleted is under a legal hold; nothing was. */
public final class HeldException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    HeldException(Throwable refusal) {
        super("a legal hold keeps it; nothing was deleted", refusal);
    }
}
