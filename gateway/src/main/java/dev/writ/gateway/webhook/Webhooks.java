package dev.writ.gateway.webhook;

import dev.writ.audit.RowChange;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

@ApplicationScoped
public class Webhooks {
    public List<RowChange> ended(String agent) {
        return List.of();
    }
}
