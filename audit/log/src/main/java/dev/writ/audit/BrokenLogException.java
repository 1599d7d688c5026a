package dev.writ.audit;

/** Ends a verification at the first thing that is wrong. */
final class BrokenLogException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final VerifyResult.Broken result;

    BrokenLogException(long index, String what) {
        super(what);
        this.result = new VerifyResult.Broken(index, what);
    }

    VerifyResult.Broken result() {
        return result;
    }
}
