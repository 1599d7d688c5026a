package dev.writ.gateway.approval;

import dev.writ.audit.Input;
import dev.writ.audit.RowChange;
import dev.writ.model.JsonObject;
import java.util.List;

/**
 * What the {@code DECIDED} entry that opens an approval adds to itself.
 *
 * @param body its member {@code approval}
 * @param view its input of what approvers see
 * @param rows of its transaction: the approval's row, and the task that lets it expire
 */
public record Opening(JsonObject body, Input view, List<RowChange> rows) {

    /** The member of the entry's body that {@link #body} is. */
    public static final String MEMBER = "approval";

    public Opening {
        rows = List.copyOf(rows);
    }
}
