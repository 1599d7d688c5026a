package dev.writ.gateway.notice;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.writ.connect.net.ForbiddenAddressException;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.identity.Callers;
import dev.writ.gateway.problem.Problem;
import dev.writ.gateway.problem.ProblemType;
import dev.writ.gateway.webhook.Receivers;
import dev.writ.gateway.webhook.Target;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** Where operators say how people are told that calls wait for them. */
@Path("/v1/notifications")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "Notifications")
public class NotificationResource {

    private static final int MOST_CHANNELS = 100;
    private static final int MOST_GROUPS = 50;
    private static final Pattern GROUP = Pattern.compile("[^\\p{Cntrl}]{1,100}");

    private final Channels channels;
    private final Receivers receivers;
    private final Post post;
    private final Links links;
    private final Callers callers;
    private final SecureRandom random;
    private final NotificationsConfig config;

    NotificationResource(
            Channels channels,
            Receivers receivers,
            Post post,
            Links links,
            Callers callers,
            SecureRandom random,
            NotificationsConfig config) {
        this.channels = channels;
        this.receivers = receivers;
        this.post = post;
        this.links = links;
        this.callers = callers;
        this.random = random;
        this.config = config;
    }

    /**
     * A channel that somebody wants.
     *
     * @param kind {@code webhook}, {@code slack} or {@code email}
     * @param target a URL, or for {@code email} an address
     * @param groups whose escalations; left out, those of every group
     * @param events {@code opened}, {@code raised}, {@code reminder}, {@code break-glass}, {@code ended}; left out, all of them
     * @param allowPrivateAddresses the receiver is inside: private addresses are connected to
     */
    public record Wanted(
            @Nullable String kind,
            @Nullable String target,
            @Nullable Set<String> groups,
            @Nullable Set<String> events,
            @Nullable Boolean allowPrivateAddresses) {
        @Override
        public String toString() {
            return "Wanted";
        }
    }

    /**
     * A channel that was made.
     *
     * @param secret for {@code webhook}: signs every message, shown this once: {@code whsec_} and 32 bytes in base64
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Made(String id, String target, Optional<String> secret) {
        @Override
        public String toString() {
            return "Made";
        }
    }

    /**
     * A channel as it is listed, without its secret.
     *
     * @param target of {@code slack} only the host; absent if its row is not what its entry says
     * @param index of its entry in the log
     */
    @JsonInclude(JsonInclude.Include.NON_ABSENT)
    public record Shown(
            String id, String kind, Optional<String> target, Set<String> groups, List<String> events, long index) {

        static Shown of(Channel channel, Optional<Address> address) {
            return new Shown(
                    channel.id(),
                    channel.kind().text(),
                    address.map(Address::shown),
                    channel.groups(),
                    channel.events().stream().map(Occasion::text).toList(),
                    channel.index());
        }

        @Override
        public String toString() {
            return "Shown";
        }
    }

    @POST
    @RolesAllowed({"operator", "admin"})
    @Operation(
            summary = "Tell people elsewhere that calls wait for them",
            description =
                    "Messages name tool, agent, rule and expiry, and link to the console. None has arguments, and none can"
                            + " be answered. Webhooks get CloudEvents, signed as Standard Webhooks says; Slack, and what understands"
                            + " its incoming webhooks, a text; e-mail needs quarkus.mailer.* to be configured.")
    @APIResponse(responseCode = "201", description = "They are told from now on; a webhook's secret is shown this once")
    @APIResponse(responseCode = "409", description = "There are as many channels as there may be")
    @APIResponse(responseCode = "422", description = "Nothing can be sent there")
    public Uni<RestResponse<Made>> add(Wanted wanted) {
        Kind kind = Optional.ofNullable(wanted.kind())
                .flatMap(Kind::parse)
                .orElseThrow(() -> unusable("'kind' is webhook, slack or email."));
        requireConfigured(kind);
        Set<String> groups = groups(wanted.groups());
        Set<Occasion> events = events(wanted.events());
        boolean allowPrivate = Boolean.TRUE.equals(wanted.allowPrivateAddresses());
        if (allowPrivate && !config.privateAddresses()) {
            throw unusable("'allowPrivateAddresses': this gateway is configured to send to public addresses only.");
        }
        if (channels.all().size() >= MOST_CHANNELS) {
            throw new Problem(
                    ProblemType.CONFLICT,
                    "There are " + MOST_CHANNELS + " channels already. Remove one with DELETE /v1/notifications/{id}."
                            + " Nothing was changed.");
        }
        Address address = Address.parse(kind, wanted.target(), allowPrivate, random);
        Actor actor = Actor.of(callers.principal());
        return reachable(address)
                .chain(() -> channels.add(actor, kind, address, groups, events))
                .map(id -> RestResponse.ResponseBuilder.<Made>created(URI.create("/v1/notifications/" + id))
                        .entity(new Made(
                                id,
                                address.shown(),
                                address.fold(
                                        webhook -> Optional.of(webhook.secret()),
                                        slack -> Optional.empty(),
                                        email -> Optional.empty())))
                        .build());
    }

    @GET
    @RolesAllowed({"operator", "auditor", "admin"})
    @Operation(summary = "Where people are told that calls wait for them")
    @APIResponse(responseCode = "200", description = "Every channel, without its secret")
    public Uni<List<Shown>> list() {
        return Multi.createFrom()
                .iterable(channels.all())
                .onItem()
                .transformToUniAndConcatenate(
                        channel -> channels.address(channel).map(address -> Shown.of(channel, address)))
                .collect()
                .asList();
    }

    @DELETE
    @Path("{id}")
    @RolesAllowed({"operator", "admin"})
    @Operation(summary = "Tell people there no more")
    @APIResponse(
            responseCode = "204",
            description = "It is removed, its address is forgotten, and what was still to be sent is not")
    @APIResponse(responseCode = "404", description = "There is no such channel")
    public Uni<Void> remove(@PathParam("id") String id) {
        Channel channel = channels.of(id)
                .orElseThrow(() -> new Problem(
                        ProblemType.NOT_FOUND,
                        "There is no channel of this id. GET /v1/notifications lists those there are."));
        return channels.remove(Actor.of(callers.principal()), channel).replaceWithVoid();
    }

    private void requireConfigured(Kind kind) {
        if (!links.areKnown()) {
            throw unusable(
                    "Messages link to the console, and it is not known where that is. Set writ.console.url, such as"
                            + " https://writ.example.com, and restart.");
        }
        if (kind == Kind.EMAIL && !post.canMail()) {
            throw unusable("This gateway cannot send mail. Set quarkus.mailer.from, quarkus.mailer.host and what else"
                    + " docs/notifications.md lists, and restart.");
        }
    }

    private Uni<Void> reachable(Address address) {
        Optional<Target> target = address.fold(
                webhook -> Optional.of(webhook.target()),
                slack -> Optional.of(slack.target()),
                email -> Optional.empty());
        return target.map(url -> receivers
                        .address(url)
                        .replaceWithVoid()
                        .onFailure(ForbiddenAddressException.class)
                        .transform(
                                forbidden -> unusable(
                                        "'target' leads to an address that is not public. If the receiver is"
                                                + " inside, say 'allowPrivateAddresses': true; link-local addresses are never connected to."))
                        .onFailure(failure -> !(failure instanceof Problem))
                        // A host that is not found today may be there when a call waits.
                        .recoverWithNull())
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private static Set<String> groups(@Nullable Set<String> asked) {
        Set<String> groups = asked == null ? Set.of() : new HashSet<>(asked);
        boolean isUsable = groups.size() <= MOST_GROUPS
                && groups.stream()
                        .allMatch(group -> group != null && GROUP.matcher(group).matches());
        if (!isUsable || (asked != null && asked.isEmpty())) {
            throw unusable("'groups' is one to " + MOST_GROUPS + " names of groups; left out, it is every group.");
        }
        return groups;
    }

    private static Set<Occasion> events(@Nullable Set<String> asked) {
        if (asked == null) {
            return Set.of();
        }
        Set<Occasion> events = asked.stream()
                .flatMap(text -> Optional.ofNullable(text).flatMap(Occasion::parse).stream())
                .collect(Collectors.toSet());
        if (events.isEmpty() || events.size() < asked.size()) {
            throw unusable("'events' is one or more of " + Occasion.all() + "; left out, it is all of them.");
        }
        return events;
    }

    private static Problem unusable(String detail) {
        return new Problem(ProblemType.UNPROCESSABLE, detail + " Nothing was changed.");
    }
}
