package dev.writ.gateway.task;

/** A handler has failed; its task is tried again. */
final class TaskFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TaskFailedException(Throwable cause) {
        super(null, cause, false, false);
    }
}
