package dev.writ.gateway.approval;

import dev.writ.gateway.identity.Approver;
import dev.writ.model.CallId;
import io.smallrye.mutiny.Uni;
import java.util.List;

/** Looks at how people approve. Refusing is never looked at: nobody is to be slowed down who says no. */
public interface Attention {

    /** Before somebody approves: fails with a problem if they have to wait first. */
    Uni<Void> before(Approver by);

    /** Once that person's approval is recorded: what they should be told about it; nothing if all is well. */
    Uni<List<String>> after(CallId call, Approver by);
}
