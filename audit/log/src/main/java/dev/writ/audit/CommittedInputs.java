package dev.writ.audit;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What a leaf says of its entry's inputs.
 *
 * @param subjectKey whose key encrypts them
 * @param commitments by the name of the input
 * @param aside names of those that are not {@link Input#followed()}
 */
public record CommittedInputs(String subjectKey, SortedMap<String, Commitment> commitments, SortedSet<String> aside) {

    public CommittedInputs {
        commitments = Collections.unmodifiableSortedMap(commitments);
        aside = Collections.unmodifiableSortedSet(aside);
    }

    static CommittedInputs of(Leaf leaf) {
        return new CommittedInputs(leaf.entry().subjectKey(), leaf.commitments(), leaf.aside());
    }
}
