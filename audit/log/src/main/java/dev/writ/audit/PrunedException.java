package dev.writ.audit;

/** What was asked for was in the log, is proved by it still, and was deleted when its time was over. */
public final class PrunedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public PrunedException(long below) {
        super("entries below index " + below + " were deleted when their time was over; their hashes are kept");
    }
}
