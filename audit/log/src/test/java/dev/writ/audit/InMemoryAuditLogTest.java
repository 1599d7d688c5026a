package dev.writ.audit;

import java.util.List;

class InMemoryAuditLogTest extends AuditLogContract {

    private final InMemoryAuditLog log = InMemoryAuditLog.create();

    @Override
    public AuditLog log() {
        return log;
    }

    @Override
    public AuditReader reader() {
        return log.reader();
    }

    @Override
    public LogVerifierKey verifierKey() {
        return log.verifierKey();
    }

    @Override
    public RowChange rowLabelled(String label) {
        return new RowChange("insert into labels values ($1, $2, $3)", List.of(label));
    }

    @Override
    public List<AppliedRow> rows() {
        return log.rows();
    }

    @Override
    public void destroySubjectKey(String id) {
        log.destroySubjectKey(id);
    }

    @Override
    public VerifyResult verify() {
        return log.verify();
    }
}
