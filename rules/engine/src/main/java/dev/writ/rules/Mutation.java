package dev.writ.rules;

import java.util.function.Function;

/**
 * One thing about a rule that is made otherwise than its author wrote it.
 *
 * @param condition what is changed, in canonical form
 * @param instead what stands there then, for people
 * @param advice which case would have noticed, after "add a case"
 */
record Mutation(MutationReport.Kind kind, Place place, String condition, String instead, String advice) {

    /** Something that was changed, and how. */
    record Of<T>(T changed, Mutation mutation) {
        <R> Of<R> within(Function<T, R> whole) {
            return new Of<>(whole.apply(changed), mutation);
        }
    }
}
