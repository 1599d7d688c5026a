package dev.writ.gateway.console;

import dev.writ.audit.AuditReader;
import dev.writ.audit.LogKeys;
import dev.writ.audit.TlogProof;
import dev.writ.audit.postgres.PostgresAuditLog;
import dev.writ.gateway.auditing.Actor;
import dev.writ.gateway.auditing.Actors;
import dev.writ.gateway.auditing.Entries;
import dev.writ.gateway.auditing.Verification;
import dev.writ.gateway.auditing.Witnessing;
import dev.writ.gateway.export.Forwarders;
import dev.writ.gateway.notice.Links;
import dev.writ.gateway.retention.Holds;
import dev.writ.gateway.wire.QueryParameters;
import dev.writ.gateway.witness.Witnesses;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jboss.resteasy.reactive.RestResponse;

/** How the log does, and single entries of it with their proofs. */
@Path(LogPage.PATH)
@Produces(Pages.HTML)
class LogPage {

    static final String PATH = Console.ROOT + "/log";

    private static final String EXPORTS = "10";

    @CheckedTemplate(basePath = "console", defaultName = CheckedTemplate.HYPHENATED_ELEMENT_NAME)
    static final class Templates {
        private Templates() {}

        static native TemplateInstance log(Frame frame, LogView log);

        static native TemplateInstance entry(Frame frame, EntryView entry, ProofView proof);
    }

    private final Pages pages;
    private final Entries entries;
    private final AuditReader reader;
    private final PostgresAuditLog log;
    private final LogKeys keys;
    private final Verification verification;
    private final Witnessing witnessing;
    private final Witnesses witnesses;
    private final Forwarders forwarders;
    private final Holds holds;
    private final Links links;
    private final Actors actors;

    LogPage(
            Pages pages,
            Entries entries,
            AuditReader reader,
            PostgresAuditLog log,
            LogKeys keys,
            Verification verification,
            Witnessing witnessing,
            Witnesses witnesses,
            Forwarders forwarders,
            Holds holds,
            Links links,
            Actors actors) {
        this.pages = pages;
        this.entries = entries;
        this.reader = reader;
        this.log = log;
        this.keys = keys;
        this.verification = verification;
        this.witnessing = witnessing;
        this.witnesses = witnesses;
        this.forwarders = forwarders;
        this.holds = holds;
        this.links = links;
        this.actors = actors;
    }

    static String entry(long index) {
        return PATH + "/entries/" + index;
    }

    static String proof(long index) {
        return entry(index) + "/proof";
    }

    @GET
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> log(@Context RoutingContext request) {
        Frame frame = pages.frame(request, Section.LOG, "Log");
        Actor actor = actors.caller();
        return Uni.combine()
                .all()
                .unis(
                        reader.checkpoint(),
                        witnesses.all(),
                        forwarders.all(),
                        entries.list(actor, Map.of("kind", "EXPORT", "limit", EXPORTS)))
                .asTuple()
                .chain(read -> pages.show(Templates.log(
                        frame,
                        new LogView(
                                read.getItem1(),
                                witnessing.newest(),
                                read.getItem2(),
                                log.isWritable(),
                                verification.isVerified(),
                                verification.lastIntact(),
                                read.getItem3(),
                                exports(read.getItem4()),
                                holds.standing(),
                                keys.all(),
                                base(request)))));
    }

    private String base(RoutingContext request) {
        return links.base()
                .map(URI::toString)
                .orElseGet(() ->
                        request.request().scheme() + "://" + request.request().authority());
    }

    private static List<LogView.Export> exports(Entries.Page page) {
        return page.entries().stream().map(LogView.Export::of).toList();
    }

    @GET
    @Path("entries/{index}")
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> entry(@Context RoutingContext request, @PathParam("index") String index) {
        long wanted = index(index);
        Frame frame = pages.frame(request, Section.LOG, "Entry " + wanted);
        return entries.one(actors.caller(), wanted, true)
                .chain(one -> pages.show(Templates.entry(frame, EntryView.of(one), ProofView.of(one, keys))));
    }

    /** With the leaf, so that it is recorded as a read of the entry. */
    @GET
    @Path("entries/{index}/proof")
    @Produces("text/plain;charset=UTF-8")
    @RolesAllowed("auditor")
    public Uni<RestResponse<String>> proof(@PathParam("index") String index) {
        long wanted = index(index);
        return entries.one(actors.caller(), wanted, false)
                .chain(one -> entries.proof(wanted)
                        .map(proof -> TlogProof.parse(proof).with(one.leaf()).toText()))
                .map(proof -> RestResponse.ResponseBuilder.ok(proof)
                        .header("Content-Disposition", "attachment; filename=\"writ-entry-" + wanted + ".tlog-proof\"")
                        .build());
    }

    private static long index(String text) {
        return QueryParameters.number("index", text, 0, Long.MAX_VALUE).orElseThrow();
    }
}
