package dev.writ.connect.http;

/**
 * Why an OpenAPI document, or one operation of it, cannot be used.
 *
 * @param where for example {@code POST /refunds (createRefund)}
 * @param problem what is wrong and what to do
 */
public record DocumentProblem(String where, String problem) {

    @Override
    public String toString() {
        return where + ": " + problem;
    }
}
