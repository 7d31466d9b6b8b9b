"""The catalogues that the site holds: these five, and whatever is not here does not exist in it."""

from pointclub.earning.models import Campaign, EarningRule
from pointclub.merchants.models import Merchant, Store
from pointclub.office.catalogue.earning import CampaignAdmin, EarningRuleAdmin
from pointclub.office.catalogue.merchants import MerchantAdmin, StoreAdmin
from pointclub.office.catalogue.program import ProgramVersionAdmin
from pointclub.office.catalogue.site import CatalogueSite
from pointclub.program.models import ProgramVersion

site = CatalogueSite(name="catalogue")
site.register(Merchant, MerchantAdmin)
site.register(Store, StoreAdmin)
site.register(EarningRule, EarningRuleAdmin)
site.register(Campaign, CampaignAdmin)
site.register(ProgramVersion, ProgramVersionAdmin)
