package dev.writ.audit;

/** The name of a key that signs notes: not empty, without spaces, control characters and plus signs. */
final class KeyName {

    private KeyName() {}

    static boolean isValid(String name) {
        return !name.isEmpty()
                && name.codePoints()
                        .noneMatch(point -> point == '+'
                                || Character.isWhitespace(point)
                                || Character.isSpaceChar(point)
                                || Character.isISOControl(point)
                                || Character.getType(point) == Character.SURROGATE);
    }

    static String requireValid(String name) {
        if (!isValid(name)) {
            throw new IllegalArgumentException(
                    "the name of a log is not empty and has no spaces, control characters and plus signs");
        }
        return name;
    }
}
