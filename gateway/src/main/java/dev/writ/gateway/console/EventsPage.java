package dev.writ.gateway.console;

import io.smallrye.mutiny.Multi;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;

/** What pages listen to that follow the gateway. */
@Path(Console.ROOT + "/events")
class EventsPage {

    private final Changes changes;

    EventsPage(Changes changes) {
        this.changes = changes;
    }

    @GET
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @RolesAllowed({"author", "reviewer", "approver", "auditor", "operator", "admin"})
    public Multi<OutboundSseEvent> events(@Context Sse sse) {
        return changes.stream()
                .map(changed ->
                        sse.newEventBuilder().name("changed").data("look").build());
    }
}
