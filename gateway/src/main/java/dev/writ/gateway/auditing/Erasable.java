package dev.writ.gateway.auditing;

import dev.writ.audit.RowChange;
import java.util.List;

/** A feature whose rows repeat what an erased input said. */
public interface Erasable {

    /**
     * What the rows forget, once the inputs are gone.
     *
     * @param subjectKey whose records were erased
     */
    List<RowChange> forgotten(String subjectKey);
}
