package dev.writ.gateway.webhook;

import dev.writ.connect.net.ForbiddenAddressException;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.identity.Directory;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

/** Where operators say to which URL an agent's ended calls are reported. */
@Path("/v1/agents/{name}/webhook")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Agents")
class WebhookResource {

    private final Webhooks webhooks;
    private final Receivers receivers;
    private final Directory directory;
    private final Callers callers;
    private final WebhookConfig config;

    WebhookResource(
            Webhooks webhooks, Receivers receivers, Directory directory, Callers callers, WebhookConfig config) {
        this.webhooks = webhooks;
        this.receivers = receivers;
        this.directory = directory;
        this.callers = callers;
        this.config = config;
    }

    /**
     * @param url {@code https}; with private addresses allowed also {@code http} to the gateway's own host
     * @param allowPrivateAddresses the receiver is inside: private addresses are connected to
     */
    record Wanted(@Nullable String url, @Nullable Boolean allowPrivateAddresses) {
        @Override
        public String toString() {
            return "Wanted";
        }
    }

    /** @param secret signs every delivery, shown this once: {@code whsec_} and 32 bytes in base64 */
    record Made(String url, String secret) {
        @Override
        public String toString() {
            return "Made";
        }
    }

    /** @param index of its entry in the log */
    record Shown(String url, boolean allowPrivateAddresses, long index) {}

    @PUT
    @RolesAllowed("operator")
    @Operation(
            summary = "Report how an agent's escalated calls end to this URL",
            description =
                    "Replaces the agent's webhook, secret included. Deliveries are CloudEvents, signed as Standard"
                            + " Webhooks says; those with one 'webhook-id' are the same delivery.")
    @APIResponse(
            responseCode = "200",
            description = "What is delivered from now on goes there; the secret is shown this once")
    @APIResponse(responseCode = "404", description = "There is no agent of this name")
    @APIResponse(responseCode = "422", description = "Nothing can be delivered to that URL")
    public Uni<Made> set(@PathParam("name") String name, Wanted wanted) {
        requireAgent(name);
        Target target = Target.parse(wanted.url(), Boolean.TRUE.equals(wanted.allowPrivateAddresses()));
        if (target.allowPrivate() && !config.privateAddresses()) {
            throw new Problem(
                    ProblemType.UNPROCESSABLE,
                    "'allowPrivateAddresses': this gateway is configured to deliver to public addresses only. Nothing was"
                            + " changed.");
        }
        Actor actor = Actor.of(callers.principal());
        return receivers
                .address(target)
                .replaceWithVoid()
                .onFailure(ForbiddenAddressException.class)
                .transform(WebhookResource::forbidden)
                .onFailure(failure -> !(failure instanceof Problem))
                // A host that is not found today may be there when a call ends.
                .recoverWithNull()
                .chain(() -> webhooks.set(actor, name, target))
                .map(secret -> new Made(target.url().toString(), secret.text()));
    }

    @GET
    @RolesAllowed({"operator", "auditor"})
    @Operation(summary = "Where an agent's ended calls are reported to")
    @APIResponse(responseCode = "200", description = "The URL, never the secret")
    @APIResponse(responseCode = "404", description = "The agent has no webhook")
    public Shown find(@PathParam("name") String name) {
        Webhook webhook = existing(name);
        return new Shown(webhook.target().url().toString(), webhook.target().allowPrivate(), webhook.index());
    }

    @DELETE
    @RolesAllowed("operator")
    @Operation(summary = "Report an agent's ended calls no more")
    @APIResponse(
            responseCode = "204",
            description = "It is removed, its secret is forgotten, and what was still to be" + " delivered is not")
    @APIResponse(responseCode = "404", description = "The agent has no webhook")
    public Uni<Void> remove(@PathParam("name") String name) {
        return webhooks.remove(Actor.of(callers.principal()), existing(name)).replaceWithVoid();
    }

    private Webhook existing(String agent) {
        return webhooks.of(agent)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND, "This agent has no webhook. PUT /v1/agents/{name}/webhook makes one."));
    }

    private void requireAgent(String name) {
        if (!directory.hasAgent(name)) {
            throw new Problem(
                    ProblemType.NOT_FOUND, "There is no agent of this name. GET /v1/agents lists those there are.");
        }
    }

    private static Problem forbidden(Throwable refused) {
        return new Problem(
                ProblemType.UNPROCESSABLE,
                "'url' leads to an address that is not public. If the receiver is inside, say"
                        + " 'allowPrivateAddresses': true; link-local addresses are never connected to. Nothing was"
                        + " changed.");
    }
}
