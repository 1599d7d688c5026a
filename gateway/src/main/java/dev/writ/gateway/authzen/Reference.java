package dev.writ.gateway.authzen;

import dev.writ.gateway.approval.Approval;
import dev.writ.model.JsonObject;

/** How enforcement points refer to what people have approved: by its call, which is looked up. It permits nothing. */
final class Reference {

    /** Member of a question's context, and of an answer's. */
    static final String APPROVAL = "approval";

    static final String ID = "id";

    private Reference() {}

    static JsonObject of(Approval approval) {
        return JsonObject.builder()
                .put(ID, approval.call().toString())
                .put("approved_until", approval.escalation().expiresAt().toString())
                .build();
    }
}
