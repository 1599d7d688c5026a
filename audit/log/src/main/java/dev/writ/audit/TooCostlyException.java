package dev.writ.audit;

/** A question reads more of the log than may be read for one answer. */
public final class TooCostlyException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public TooCostlyException(Throwable cause) {
        super("the question reads too much of the log for one answer", cause);
    }
}
