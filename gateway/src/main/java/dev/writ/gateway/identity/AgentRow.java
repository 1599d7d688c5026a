package dev.writ.gateway.identity;

import dev.writ.gateway.auditing.GovernedRow;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** A registered agent as the database has it. */
@Entity
@Table(name = "agent")
class AgentRow extends GovernedRow {

    @Id
    String name = "";

    String owner = "";

    String description = "";

    boolean says(Agent agent) {
        return name.equals(agent.name()) && owner.equals(agent.owner()) && description.equals(agent.description());
    }
}
